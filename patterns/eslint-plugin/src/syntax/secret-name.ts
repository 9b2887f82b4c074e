const environment = /(?:^|_)(?:KEY|TOKEN|SECRETS?|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|CREDENTIALS?|AUTH)$/u;
const harmlessEnvironment =
  /(?:^|_)(?:PUBLIC|CACHE|PRIMARY|FOREIGN|SORT|PARTITION|INDEX|PUBLISHABLE|SITE|MAX|ANON)_(?:KEY|TOKEN)$|^(?:PWD|OLDPWD|INIT_CWD)$/u;
const compound =
  /(?:api|secret|private|signing|encryption|access|service|master)_?keys?$|(?:access|auth|refresh|bearer|session|api|bot|github|gitlab|npm|jwt|csrf|oauth|personal)_?tokens?$|(?:^|_|[a-z])(?:password|passwd|passphrase|credentials?|connection_?string)$|(?:client|app|shared|webhook|jwt|session)_?secret$|^secret$/iu;
const messageName =
  /^(?:ERR|ERROR|INVALID|MISSING|NO|BAD|WRONG|UNKNOWN|EMPTY)_|^(?:invalid|missing|wrong|no|bad|has|is|needs|requires|show|forgot|reset|change|public)[A-Z]/u;

/** Whether a variable of the environment holds a secret, by its name. */
export function isSecretVariable(name: string): boolean {
  const upper = name.toUpperCase();
  return environment.test(upper) && !harmlessEnvironment.test(upper);
}

/** Whether a variable or property holds a secret, by its name: `apiKey`, not `token`, which parsers have too. */
export function isSecretName(name: string): boolean {
  return compound.test(name) && !messageName.test(name);
}
