import { mergeConfig } from 'vitest/config';
import { definePackageTests } from '../../vitest.shared.js';

// These tests wait for real processes.
export default mergeConfig(definePackageTests(import.meta.url), { test: { testTimeout: 60_000, hookTimeout: 60_000 } });
