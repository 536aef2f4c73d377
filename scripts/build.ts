/** Bundles the three programs: one ESM file each with shared, lazily loaded chunks; native modules stay in node_modules. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

const programs = {
  bootlatch: 'cli/main.ts',
  'bootlatch-agent': 'agent/main.ts',
  'bootlatch-server': 'policy-server/main.ts',
}
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: programs,
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
mkdirSync('dist/bin')
for (const name of Object.keys(programs)) {
  writeFileSync(`dist/bin/${name}`, `#!/usr/bin/env node\nimport('../lib/${name}.js')\n`)
  chmodSync(`dist/bin/${name}`, 0o755)
}
