import type { CaseResult } from '../agent/boot/index.ts'

/** A file of boot tests, and how they went. */
export interface TestedFile {
  readonly path: string
  readonly results: readonly CaseResult[]
}

/** Results as JUnit XML, one suite for each file. */
export function junit(files: readonly TestedFile[]): string {
  const suites = files.map(({ path, results }) => {
    const failures = results.filter(({ passed }) => !passed).length
    const cases = results.map(({ name, passed, problem }) => {
      const open = `    <testcase classname=${quoted(path)} name=${quoted(name)}`
      return passed ? `${open}/>` : `${open}>\n      <failure message=${quoted(problem)}/>\n    </testcase>`
    })
    const head = `  <testsuite name=${quoted(path)} tests="${results.length}" failures="${failures}">`
    return [head, ...cases, '  </testsuite>'].join('\n')
  })
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join('\n')
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0, 2.2: what is no character of it is left out. */
function quoted(text: string): string {
  const allowed = text.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, '')
  return `"${allowed.replace(/[&<>"]/g, (letter) => entities[letter] ?? letter)}"`
}
