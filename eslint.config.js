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
const insideReplica = {
  regex: 'replica/(worker|storage|network|core|host|channel)',
  message: 'The door to the core is lib/replica/client.',
  allowTypeImports: true,
};
const app = {
  regex: '(^\\$lib|pwa/)',
  message: 'Browser tests know the running system only.',
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
    rules: mayNotImport(generated, core, server),
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
);
