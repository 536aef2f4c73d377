import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { policyJsonSchema } from '../../../../core/policy/index.ts'

describe('policyJsonSchema', () => {
  it('is what schema/ publishes', () => {
    const file = new URL('../../../../schema/boot-policy.schema.json', import.meta.url)
    expect(JSON.parse(readFileSync(file, 'utf8'))).to.deep.equal(policyJsonSchema())
  })
  it('allows no unknown key anywhere', () => {
    const open: string[] = []
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return
      if ('properties' in node && !('additionalProperties' in node)) open.push(path)
      for (const [key, child] of Object.entries(node)) walk(child, `${path}/${key}`)
    }
    walk(policyJsonSchema(), '')
    expect(open).to.deep.equal([])
  })
})
