/** Bundles the programs: one ESM file each with shared, lazily loaded chunks; native modules stay in node_modules. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

/** Folder in `dist` and source of each. Those in `compat` stand in for programs that others start by their own names. */
const programs = {
  bootlatch: { folder: 'bin', source: 'cli/main.ts' },
  'bootlatch-agent': { folder: 'bin', source: 'agent/main.ts' },
  'bootlatch-server': { folder: 'bin', source: 'policy-server/main.ts' },
  swtpm: { folder: 'compat', source: 'agent/compat/swtpm.ts' },
  swtpm_setup: { folder: 'compat', source: 'agent/compat/swtpm_setup.ts' },
}
/** V8 compiles what runs often after an eighth of the usual time (docs/decisions/0170-what-keeps-commands-fast.md). */
const compileSooner = "(await import('node:v8')).setFlagsFromString('--interrupt-budget=8000')\n"
const v8Flags: Readonly<Record<string, string>> = { 'bootlatch-agent': compileSooner, swtpm: compileSooner }
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: Object.fromEntries(Object.entries(programs).map(([name, { source }]) => [name, source])),
  outdir: 'dist/lib',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  sourcemap: 'linked',
  legalComments: 'linked',
  external: ['better-sqlite3', '@node-rs/argon2'],
  define: { BOOTLATCH_VERSION: JSON.stringify(version) },
  // CommonJS packages ask for Node's modules by require().
  banner: {
    js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
for (const [name, { folder }] of Object.entries(programs)) {
  mkdirSync(`dist/${folder}`, { recursive: true })
  const file = `dist/${folder}/${name}`
  writeFileSync(file, `#!/usr/bin/env node\n${v8Flags[name] ?? ''}import('../lib/${name}.js')\n`)
  chmodSync(file, 0o755)
}
