#!/usr/bin/env node
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

const transport = new StdioServerTransport();
console.error(transport);
