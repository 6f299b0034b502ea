// The edges that eslint.config.js holds: each has a line that must be refused, and one that must pass. Where a pattern is
// wrong, or a later entry takes the place of an earlier one, ESLint says nothing by itself.
import { ESLint } from 'eslint';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const eslint = new ESLint({ cwd: import.meta.dirname });

/** The rules that a text breaks where it stands in the place of a file. Types are known of files that exist only. */
async function broken(file, text) {
  const [result] = await eslint.lintText(text, { filePath: file });
  const fatal = result.messages.find((message) => message.fatal);
  assert.equal(fatal, undefined, `${file}: ${fatal?.message}`);
  return result.messages.map((message) => message.ruleId);
}

const IMPORT = '@typescript-eslint/no-restricted-imports';
const SYNTAX = 'no-restricted-syntax';

const COMPONENT = 'pwa/src/lib/components/Sheet.svelte';
const HELPER = 'pwa/src/lib/components/dates.ts';
const NESTED = 'pwa/src/lib/components/form/plan.ts';
const SCREEN = 'pwa/src/routes/desk/sign-in/+page.svelte';
const STATE = 'pwa/src/lib/state/replica.ts';
const API = 'pwa/src/lib/api/client.ts';
const REPLICA = 'pwa/src/lib/replica/shell.ts';
const UNIT_TEST = 'pwa/src/lib/replica/shell.test.ts';
const BROWSER_TEST = 'tests/browser/screens.spec.ts';

const script = (line) => `<script lang="ts">\n  ${line}\n</script>\n`;
const use = (name, from) => `import { ${name} } from '${from}';\nexport const used = ${name};\n`;

const REFUSED = [
  [HELPER, use('open', '$lib/replica/client'), IMPORT],
  [HELPER, use('open', '../replica/client'), IMPORT],
  [NESTED, use('open', '../../replica/worker'), IMPORT],
  [HELPER, use('me', '$lib/api/client'), IMPORT],
  [HELPER, use('getReplica', '$lib/state/replica'), IMPORT],
  [COMPONENT, script("import { getReplica } from '$lib/state/replica'; getReplica();"), IMPORT],
  [COMPONENT, script("import { me } from '../api/client'; void me();"), IMPORT],
  [COMPONENT, script("void fetch('/api/v1/me');"), 'no-restricted-globals'],
  [SCREEN, script("import { Shell } from '$lib/replica/shell'; new Shell();"), IMPORT],
  [SCREEN, script("import init from '$lib/replica/generated/core_wasm'; void init();"), IMPORT],
  [SCREEN, script("void fetch('/api/v1/me');"), 'no-restricted-globals'],
  [STATE, use('storage', '$lib/replica/storage'), IMPORT],
  [STATE, use('core', '../replica/generated/core_wasm'), IMPORT],
  [STATE, "void fetch('/api/v1/me');\n", 'no-restricted-globals'],
  [API, use('core', '$lib/replica/generated/core_wasm'), IMPORT],
  [BROWSER_TEST, use('t', '$lib/messages/phone'), IMPORT],
  [BROWSER_TEST, use('t', '../../pwa/src/lib/messages/phone'), IMPORT],
  [STATE, 'let count = 0;\nexport const next = () => (count += 1);\n', SYNTAX],
  [REPLICA, 'export let count = 0;\ncount += 1;\n', SYNTAX],
  [
    COMPONENT,
    '<script lang="ts" module>\n  let count = 0;\n  export const next = () => (count += 1);\n</script>\n',
    SYNTAX,
  ],
  [UNIT_TEST, 'await new Promise((resolve) => setTimeout(resolve, 100));\n', SYNTAX],
  [BROWSER_TEST, 'export const wait = (page) => page.waitForTimeout(100);\n', SYNTAX],
];

const ALLOWED = [
  [HELPER, "import type { Row } from '$lib/replica/types/Row';\nexport type Used = Row;\n"],
  [HELPER, "import type { DeclareDraft } from '$lib/state/declare-draft.svelte';\nexport type Used = DeclareDraft;\n"],
  [SCREEN, script("import { getReplica } from '$lib/state/replica'; getReplica();")],
  [SCREEN, script("import { newEntryId } from '$lib/replica/ids'; newEntryId();")],
  [SCREEN, script('let count = $state(0); count += 1;')],
  [REPLICA, use('init', './generated/core_wasm')],
  [API, "void fetch('/api/v1/me');\n"],
  [UNIT_TEST, 'let requests = 0;\nrequests += 1;\nawait new Promise((resolve) => setTimeout(resolve));\n'],
  [BROWSER_TEST, use('Phone', './phone')],
];

for (const [file, text, rule] of REFUSED) {
  test(`${file} may not: ${text.replaceAll('\n', ' ').trim()}`, async () => {
    assert.ok((await broken(file, text)).includes(rule), rule);
  });
}

for (const [file, text] of ALLOWED) {
  test(`${file} may: ${text.replaceAll('\n', ' ').trim()}`, async () => {
    const found = await broken(file, text);
    for (const rule of [IMPORT, SYNTAX, 'no-restricted-globals']) assert.ok(!found.includes(rule), rule);
  });
}
