jest.mock("node:fs", () => ({ ...jest.requireActual("node:fs") }));
jest.unmock("node:path");
const fs = require("node:fs");
test("reads", () => {
  jest.doMock("node:child_process");
  const td = require("testdouble");
  td.replace("node:os");
});
