import { Client } from '@modelcontextprotocol/sdk/client/index.js';

export const Panel = ({ name }) => <p title={name}>{String(new Client({ name, version: '1.0.0' }))}</p>;
