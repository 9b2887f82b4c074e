'use strict';
const { Client } = require('@modelcontextprotocol/sdk/client/index.js');

module.exports = () => new Client({ name: 'c', version: '1.0.0' });
