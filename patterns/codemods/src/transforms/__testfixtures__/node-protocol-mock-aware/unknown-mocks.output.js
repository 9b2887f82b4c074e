const fs = require('fs');
const path = require('node:path');
const http = require('http');
const events = require('node:events');
