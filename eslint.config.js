import eslint from '@eslint/js'
import tseslint from 'typescript-eslint'

/** Sockets, files and processes belong to the programs; core computes. */
const ioModules = [
  'fs',
  'net',
  'tls',
  'http',
  'http2',
  'https',
  'child_process',
  'dgram',
  'dns',
  'os',
  'worker_threads',
  'process',
]

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'core/rpc/generated/', '*.config.js', '.dependency-cruiser.cjs'] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['core/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: ioModules.flatMap((name) => [name, `node:${name}`]) }],
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'core/ sees no environment' },
        { name: 'Buffer', message: 'core/ speaks Uint8Array' },
      ],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'the clock is an argument' }],
    },
  },
  {
    files: ['test/**/*.ts', 'demo/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
)
