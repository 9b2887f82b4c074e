// It speaks of @modelcontextprotocol/sdk and does not use it.
export const name = '@modelcontextprotocol/sdk';
