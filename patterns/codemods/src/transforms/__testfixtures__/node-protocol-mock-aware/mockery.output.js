const mockery = require('mockery');
mockery.registerMock('fs', {});
const fs = require('fs');
const path = require('node:path');
