'use strict';
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

export class Link {
  #client = new Client({ name: "link", version: "1.0.0" });

  async open(url: string) {
    await this.#client.connect(new StreamableHTTPClientTransport(new URL(url)));
  }
}
