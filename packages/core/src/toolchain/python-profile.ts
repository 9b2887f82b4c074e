import type { ToolchainProfile } from './profile.js';
import type { ProjectFiles } from './project-files.js';

const requirementFiles = [
  'requirements.txt',
  'requirements-dev.txt',
  'dev-requirements.txt',
  'test-requirements.txt',
  'requirements-test.txt',
];
const projectFiles = ['pyproject.toml', 'setup.py', 'setup.cfg', 'tox.ini', 'Pipfile', ...requirementFiles];
const isTestFile = (name: string) => /^test.*\.py$|_test\.py$/.test(name);

export const pythonProfile: ToolchainProfile = {
  name: 'python',
  detect: async (files) => {
    const testFolder = await findTests(files);
    const evidence = await files.firstOf(projectFiles);
    if (evidence === undefined && testFolder === undefined) return undefined;
    const { python, setup } = await findPython(files);
    const pytest = await whyPytest(files);
    if (pytest !== undefined) return { commands: [[...python, '-m', 'pytest']], setup, reason: pytest };
    if (testFolder === undefined)
      return {
        commands: [],
        setup: [],
        reason: `${evidence ?? ''} is there, but neither pytest nor test files were found`,
      };
    const where = testFolder === '.' ? [] : ['-s', testFolder, '-t', '.'];
    return {
      commands: [[...python, '-m', 'unittest', 'discover', ...where]],
      setup,
      reason: `test files are in ${testFolder}, and nothing mentions pytest`,
    };
  },
};

async function findTests(files: ProjectFiles): Promise<string | undefined> {
  for (const folder of ['tests', 'test', '.']) {
    if ((await files.list(folder)).some(isTestFile)) return folder;
  }
  return undefined;
}

async function whyPytest(files: ProjectFiles): Promise<string | undefined> {
  const config = await files.firstOf([
    'pytest.ini',
    '.pytest.ini',
    'conftest.py',
    'tests/conftest.py',
    'test/conftest.py',
  ]);
  if (config !== undefined) return `${config} is there`;
  for (const file of projectFiles) {
    if (/\bpytest\b/.test((await files.text(file)) ?? '')) return `${file} mentions pytest`;
  }
  return undefined;
}

async function findPython(
  files: ProjectFiles,
): Promise<{ readonly python: readonly string[]; readonly setup: readonly (readonly string[])[] }> {
  // A virtual environment is recognised by its config: its interpreter is a link that leads out of the project.
  for (const folder of ['.venv', 'venv']) {
    if (await files.has(`${folder}/pyvenv.cfg`)) return { python: [`${folder}/bin/python`], setup: [] };
  }
  if (await files.has('uv.lock')) return { python: ['uv', 'run', 'python'], setup: [['uv', 'sync', '--frozen']] };
  if (await files.has('poetry.lock')) return { python: ['poetry', 'run', 'python'], setup: [['poetry', 'install']] };
  const requirements = await files.firstOf(requirementFiles);
  return {
    python: ['python3'],
    setup: requirements === undefined ? [] : [['python3', '-m', 'pip', 'install', '-r', requirements]],
  };
}
