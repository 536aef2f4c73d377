import { expect } from 'chai'
import { parsePolicy, PolicyError } from '../../../../core/policy/index.ts'

const [a, a384] = ['aa'.repeat(32), 'aa'.repeat(48)]
const always = '0, 1, 2, 3, 4, 5, 6, 7, 15'
const fine = `{ pcrs: { sha256: { 0: ["${a}"] } } }`
const text = (quote: string, release: string) =>
  `kind: BootPolicy\nname: web\ngroups: [web]\n${quote === '' ? '' : `quote: ${quote}\n`}admission: { approval: everyBoot }\nrelease: ${release}\n`
const quoteOf = (quote: string, release = fine) => parsePolicy(text(quote, release), 'web.yaml').quote

describe('what a policy wants to be quoted', () => {
  it('is SHA-256 of all that may be quoted, where it says nothing', () => {
    expect(quoteOf('')).to.deep.equal({
      isWritten: false,
      banks: ['sha256'],
      pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15],
    })
  })
  it('is what it says, in the order in which it says it', () => {
    expect(quoteOf(`{ banks: [sha384, sha256], pcrs: [${always}, 9] }`)).to.deep.equal({
      isWritten: true,
      banks: ['sha384', 'sha256'],
      pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 15, 9],
    })
  })

  const rows: readonly (readonly [name: string, quote: string, release: string, why: string, at: string])[] = [
    ['a bank twice', '{ banks: [sha256, sha256] }', fine, 'sha256 stands twice', 'sha256] }'],
    ['a PCR twice', `{ pcrs: [${always}, 9, 9] }`, fine, 'PCR 9 stands twice', '9] }'],
    ['PCR 10', `{ pcrs: [${always}, 10] }`, fine, 'PCR 10 is never quoted', '10] }'],
    ['a PCR that software resets', `{ pcrs: [${always}, 16] }`, fine, 'Too big', '16] }'],
    [
      'less than every boot is judged by',
      '{ pcrs: [0, 1, 2, 3, 4, 5, 6] }',
      fine,
      'leaves out PCR 7, 15, which every boot is judged by',
      '[0, 1, 2',
    ],
    [
      'not the PCR of a value',
      `{ pcrs: [${always}] }`,
      `{ pcrs: { sha256: { 9: ["${a}"] } } }`,
      'PCR 9 is not quoted: add it to quote.pcrs',
      '["aa',
    ],
    [
      'not the bank of a value',
      '{ banks: [sha256] }',
      `{ pcrs: { sha384: { 0: ["${a384}"] } } }`,
      'the bank sha384 is not quoted: add it to quote.banks',
      '["aa',
    ],
    [
      'not the PCR of a component',
      `{ pcrs: [${always}] }`,
      `{ components: { kernel: { section: .linux, sha256: ["${a}"] } } }`,
      'PCR 11 is not quoted: add it to quote.pcrs',
      'kernel: {',
    ],
    [
      'not the bank of a component',
      '{ banks: [sha256] }',
      `{ components: { kernel: { image: 1, sha384: ["${a384}"] } } }`,
      'the bank sha384 is not quoted: add it to quote.banks',
      'kernel: {',
    ],
    [
      'not the bank of a waiver',
      '{ banks: [sha256] }',
      `{ pcrs: { sha256: { 0: ["${a}"] } }, waivers: [{ pcr: 1, reason: vendor, sha384: ["${a384}"] }] }`,
      'the bank sha384 is not quoted: add it to quote.banks',
      '{ pcr: 1',
    ],
    [
      'not the bank of an authority',
      '{ banks: [sha256] }',
      `{ secureBoot: { required: true, authorities: { sha384: ["${a384}"] } } }`,
      'the bank sha384 is not quoted: add it to quote.banks',
      'authorities: {',
    ],
    [
      'not where what a unified kernel image is given shows',
      `{ pcrs: [${always}, 11] }`,
      `{ components: { kernel: { section: .linux, sha256: ["${a}"] } } }`,
      'leaves out PCR 12, where what a unified kernel image is given shows',
      '[0, 1, 2',
    ],
    ['PCR 10, for a value', '', `{ pcrs: { sha256: { 10: ["${a}"] } } }`, 'PCR 10 is not quoted: it never is', '["aa'],
  ]
  for (const [name, quote, release, why, at] of rows)
    it(`may not be ${name}`, () => {
      const document = text(quote, release)
      expect(() => parsePolicy(document, 'web.yaml')).to.throw(PolicyError, why)
      try {
        parsePolicy(document, 'web.yaml')
      } catch (error) {
        const [, line, column] = /^web\.yaml:(\d+):(\d+): /.exec((error as PolicyError).message) ?? []
        const place = document.split('\n')[Number(line) - 1]?.slice(Number(column) - 1) ?? ''
        expect(place.slice(0, at.length)).to.equal(at)
      }
    })
})
