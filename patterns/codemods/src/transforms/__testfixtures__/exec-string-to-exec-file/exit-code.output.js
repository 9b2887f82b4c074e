const { exec } = require('child_process');
exec('git status', (error) => { if (error.code === 127) install(); });
