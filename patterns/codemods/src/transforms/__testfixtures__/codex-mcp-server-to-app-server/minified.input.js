"use strict";var s=require("child_process").spawn,c=s("codex",["mcp-server"]),d=require("@codex-orch/mcp-adapter").selectDriver({requested:"mcp-server"});
