import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { readNxJson } from '@nx/devkit';
import { expect, test } from 'vitest';
import { init } from './init.js';

test('the generator adds the plugin once', () => {
  const tree = createTreeWithEmptyWorkspace();
  init(tree);
  init(tree);
  expect(readNxJson(tree)?.plugins).toEqual(['@codex-orch/nx']);
});
