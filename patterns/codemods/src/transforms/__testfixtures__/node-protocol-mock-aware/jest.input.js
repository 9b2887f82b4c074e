jest.mock("fs", () => ({ ...jest.requireActual("fs") }));
jest.unmock("path");
const fs = require("fs");
test("reads", () => {
  jest.doMock("child_process");
  const td = require("testdouble");
  td.replace("os");
});
