import { Client } from '@modelcontextprotocol/client';

export const Panel = ({ name }) => <p title={name}>{String(new Client({ name, version: '1.0.0' }))}</p>;
