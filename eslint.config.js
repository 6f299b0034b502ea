// Lints for the app and the browser tests. What may import what is LAYOUT's table; Cargo and `cargo xtask tidy` hold
// the edges of the Rust side.
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

import svelteConfig from './pwa/svelte.config.js';

/** One rule with all the edges of a folder: a later entry for the same files would replace an earlier one. */
function mayNotImport(...patterns) {
  return {
    'no-restricted-imports': 'off',
    '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
  };
}

const generated = {
  regex: '/generated/',
  message: 'Only lib/replica imports the WASM bindings.',
};
const core = {
  regex: '(^\\$lib|/)/?replica/(?!types/)',
  message: 'Components take data in and call back; they know neither core nor server.',
  allowTypeImports: true,
};
const server = {
  regex: '(^\\$lib|/)/?api/',
  message: 'Components take data in and call back; they know neither core nor server.',
  allowTypeImports: true,
};
const state = {
  regex: '(^\\$lib|/)/?state/',
  message: 'Components take data in and call back: what is kept in a context is for the page to hand in.',
  allowTypeImports: true,
};
const insideReplica = {
  // What stands behind the door but is no part of it: how to reach the worker, what it may fail with, and fresh ids.
  regex: '(^\\$lib|/)/?replica/(?!(types/|client$|connect$|errors$|ids$|testing/))',
  message: 'The door to the core is lib/replica/client.',
  allowTypeImports: true,
};
const app = {
  regex: '(^\\$lib|pwa/)',
  message: 'Browser tests know the running system only.',
};

/** A variable of a module is shared by all that import it, and no function says that it needs it. */
const moduleVariable = {
  selector: [
    'Program > VariableDeclaration[kind="let"]',
    'Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]',
    'SvelteScriptElement:has(SvelteAttribute[key.name="module"]) > VariableDeclaration[kind="let"]',
  ].join(', '),
  message: 'What a function needs, it is given: hand it in, or keep it in a class.',
};
/** Slow where it passes, wrong where it fails. */
const sleep = {
  selector: [
    'CallExpression[callee.property.name="waitForTimeout"]',
    'NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"][arguments.length>1]',
  ].join(', '),
  message: 'Wait for what is to be seen, not for time to pass.',
};

export default ts.config(
  {
    ignores: [
      'target/',
      'pwa/build/',
      'pwa/.svelte-kit/',
      'pwa/src/lib/replica/generated/',
      'pwa/src/lib/replica/types/',
      'pwa/src/lib/api/types.ts',
      'tests/browser/results/',
      'tests/browser/report/',
      'server/tests/fixtures/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ts.configs.recommended,
  svelte.configs.recommended,
  prettier,
  svelte.configs.prettier,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: {
        projectService: {
          allowDefaultProject: [
            'eslint.config.js',
            'eslint.config.test.js',
            'pwa/svelte.config.js',
            'pwa/scripts/*.js',
            'pwa/core-wasm/tests/*.js',
            'pwa/src/service-worker.ts',
          ],
        },
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts', '**/*.svelte.js'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    files: ['pwa/src/**/*.{ts,svelte}', 'tests/browser/**/*.ts'],
    rules: {
      'no-console': ['error', { allow: ['warn', 'error'] }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // A promise nobody waits for hides its failure: await it, or say `void` and why.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // TypeScript itself knows which names exist.
      'no-undef': 'off',
    },
  },
  {
    files: ['pwa/src/**/*.{ts,svelte}'],
    rules: {
      ...mayNotImport(generated),
      // The app's address may have a path before it only if all its links do; it has none.
      'svelte/no-navigation-without-resolve': 'off',
      // Much that is kept in a Set or a Map is shown by no screen.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/no-unused-props': ['error', { allowUnusedNestedProperties: true }],
    },
  },
  {
    files: ['pwa/src/routes/**/*.{ts,svelte}', 'pwa/src/lib/state/**/*.ts'],
    rules: mayNotImport(generated, insideReplica),
  },
  {
    files: ['pwa/src/lib/components/**/*.{ts,svelte}'],
    rules: mayNotImport(generated, core, server, state),
  },
  {
    files: ['pwa/src/{routes,lib/components,lib/state}/**/*.{ts,svelte}'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Only lib/replica and lib/api speak to the server.' },
      ],
    },
  },
  {
    files: ['pwa/src/lib/replica/**/*.ts', 'pwa/src/service-worker.ts'],
    rules: mayNotImport(),
  },
  {
    files: ['tests/browser/**/*.ts'],
    rules: mayNotImport(app),
  },
  {
    files: ['pwa/src/**/*.{ts,svelte}', 'pwa/build-tools/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', moduleVariable] },
  },
  {
    // What is set up before each test stands in variables of the file: that is how vitest and Playwright hand it on.
    files: ['pwa/src/**/*.test.ts', 'tests/browser/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', sleep] },
  },
);
