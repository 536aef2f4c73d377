import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import {
  announcementJsonSchema,
  groupJsonSchema,
  policyJsonSchema,
  referenceValuesJsonSchema,
  signersJsonSchema,
} from '../../../../core/policy/index.ts'

const schemas = {
  'boot-policy': policyJsonSchema(),
  group: groupJsonSchema(),
  announcement: announcementJsonSchema(),
  signers: signersJsonSchema(),
  'reference-values': referenceValuesJsonSchema(),
}

for (const [name, schema] of Object.entries(schemas))
  describe(`JSON Schema ${name}`, () => {
    it('is what schema/ publishes', () => {
      const file = new URL(`../../../../schema/${name}.schema.json`, import.meta.url)
      expect(JSON.parse(readFileSync(file, 'utf8'))).to.deep.equal(schema)
    })
    it('allows no unknown key anywhere', () => {
      const open: string[] = []
      const walk = (node: unknown, path: string): void => {
        if (typeof node !== 'object' || node === null) return
        if ('properties' in node && !('additionalProperties' in node)) open.push(path)
        for (const [key, child] of Object.entries(node)) walk(child, `${path}/${key}`)
      }
      walk(schema, '')
      expect(open).to.deep.equal([])
    })
  })
