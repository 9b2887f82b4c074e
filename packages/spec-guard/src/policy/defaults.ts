/** What never needs a spec unless a policy says otherwise: prose, lock files, and the guard's own papers. */
export const defaultExempt: readonly string[] = [
  '**/*.{md,mdx,rst,adoc,txt}',
  '**/{LICENSE,NOTICE,CODEOWNERS,.gitignore,.gitattributes,.editorconfig}',
  '**/{package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,bun.lock,Cargo.lock,go.sum,poetry.lock,uv.lock}',
  'tasks/*.{json,jsonl}',
  'tasks/allowed_signers',
];

const tests = ['**/*.{test,spec}.*', '**/{test,tests,__tests__,fixtures}/**'];

/**
 * Few and coarse on purpose: what cannot be taken back is an error, what is merely large a warning.
 * A repository that wants more says so in its policy.
 */
export const defaultTriggers = [
  {
    id: 'security',
    reason: 'It changes who may do what, or how secrets are kept.',
    severity: 'error' as const,
    paths: ['**/{auth,authn,authz,security,crypto,permissions}/**'],
    except: tests,
    minPaths: 1,
  },
  {
    id: 'migrations',
    reason: 'It changes stored data, which a revert does not bring back.',
    severity: 'error' as const,
    paths: ['**/migrations/**', '**/db/migrate/**'],
    except: tests,
    minPaths: 1,
  },
  {
    id: 'public-interface',
    reason: 'It changes a contract that others build on.',
    severity: 'error' as const,
    paths: ['**/*.{proto,graphql,graphqls,thrift,avsc}', '**/{openapi,swagger}.{json,yaml,yml}', '**/*.api.md'],
    except: tests,
    minPaths: 1,
  },
  {
    id: 'new-dependencies',
    reason: 'It lets code of others in.',
    severity: 'warning' as const,
    except: tests,
    minPaths: 1,
    minNewDependencies: 1,
  },
  {
    id: 'cross-package',
    reason: 'It changes several packages at once, so it is more than a detail of one.',
    severity: 'warning' as const,
    except: tests,
    minPaths: 1,
    minLines: 200,
    packages: ['packages/*', 'apps/*', 'libs/*', 'services/*', 'crates/*'],
    minPackages: 3,
  },
  {
    id: 'size',
    reason: 'It is too large to review without knowing what it is for.',
    severity: 'warning' as const,
    except: tests,
    minPaths: 1,
    minLines: 1000,
  },
];
