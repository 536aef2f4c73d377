import { expect } from 'chai'
import fc from 'fast-check'
import { ConfigError, parseConfig, writeEndpoint } from '../../../../policy-server/config/index.ts'
import { readEndpoint } from '../../../../policy-server/config/endpoint.ts'

describe('endpoint', () => {
  it('is read back as it was written', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain())
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        expect(readEndpoint(writeEndpoint({ host, port }))).to.deep.equal({ host, port })
      }),
    )
  })

  for (const text of [
    '',
    ':1',
    'a',
    'a:',
    'a:1:2',
    '[::1]',
    '[a]:1',
    '[127.0.0.1]:1',
    '127.0.0.1:-1',
    'a b:1',
    '-a:1',
    '1.2.3:4',
    'a:000001',
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(readEndpoint(text)).to.equal(undefined)
    })
  }
})

describe('a configuration of any kind', () => {
  it('is read, or refused with the place that is wrong', () => {
    const keys = ['dataDir', 'listen', 'main', 'join', 'tls', 'names', 'certificate', 'limits', 'log', 'x']
    const yaml = fc.letrec((tie) => ({
      leaf: fc.oneof(fc.constantFrom('/a', '127.0.0.1:1', 7, true, null, ''), fc.string({ maxLength: 8 })),
      node: fc.oneof(
        { maxDepth: 3 },
        tie('leaf'),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('node'), { maxKeys: 5 }),
      ),
    }))
    const texts = fc.oneof(
      fc.string({ maxLength: 60 }),
      yaml.node.map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseConfig(text, 'f')
        } catch (error) {
          expect(error, text).to.be.instanceOf(ConfigError)
          expect((error as ConfigError).message).to.match(/^f(:[0-9]+:[0-9]+)?: [^\n]+$/)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
