'use strict';

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

export class Link {
  #client = new Client({ name: "link", version: "1.0.0" });

  async open(url: string) {
    await this.#client.connect(new StreamableHTTPClientTransport(new URL(url)));
  }
}
