import { expect } from 'chai'
import fc from 'fast-check'
import { WireError } from '../../../../core/bytes/index.ts'
import { decodeJoinToken, encodeJoinToken, type JoinToken } from '../../../../core/evidence/index.ts'

const token: JoinToken = {
  joinAddress: '[2001:db8::1]:8443',
  anchorSha256: new Uint8Array(32).fill(1),
  group: 'default',
  expiresUnixMs: 1_800_000_000_000,
  secret: new Uint8Array(16).fill(2),
}

describe('join token', () => {
  it('is read as it was written, with the white space of a pasted line', () => {
    const text = encodeJoinToken(token)
    expect(text).to.match(/^bljoin1\.[A-Za-z0-9_-]+$/)
    expect(decodeJoinToken(` ${text}\n`)).to.deep.equal(token)
  })

  it('has one text for one value: any other text is refused or reads as something else', () => {
    const text = encodeJoinToken(token)
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.constantFrom(...Array.from('Aa0_-.=+/ ')), (at, char) => {
        const altered = text.slice(0, at) + char + text.slice(at + 1)
        let read: JoinToken
        try {
          read = decodeJoinToken(altered)
        } catch (error) {
          expect(error).to.be.instanceOf(WireError)
          return
        }
        expect(encodeJoinToken(read)).to.equal(altered)
      }),
    )
  })

  const text = encodeJoinToken(token)
  // One byte of 16 is left in the last letter: only one of its four spellings is written
  const other = text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1)
  const badTexts: Readonly<Record<string, readonly [text: string, why: string]>> = {
    empty: ['', 'does not start with bljoin1.'],
    'other prefix': [text.replace('bljoin1.', 'bljoin2.'), 'does not start with bljoin1.'],
    'cut off': [text.slice(0, -2), 'secret'],
    grown: [`${text.slice(0, -1)}AAAAA`, 'left over'],
    padded: [`${text}=`, 'not base64url'],
    'of a length that base64url never has': [`bljoin1.AAAAA`, 'not base64url'],
    'inner space': [`${text.slice(0, 20)} ${text.slice(20)}`, 'not base64url'],
    'spelt in another way': [other, 'not the one encoding of its bytes'],
    'too long': [`bljoin1.${'A'.repeat(1017)}`, 'too long'],
    'as long as one may be, and none': [`bljoin1.${'A'.repeat(1016)}`, 'magic'],
  }
  for (const [name, [bad, why]] of Object.entries(badTexts))
    it(`refuses a text that is ${name}`, () =>
      expect(() => decodeJoinToken(bad)).to.throw(WireError, new RegExp(`^JoinToken.*${why}`)))

  const badFields: Readonly<Record<string, Partial<JoinToken>>> = {
    joinAddress: { joinAddress: 'https://example.org' },
    anchorSha256: { anchorSha256: new Uint8Array(31) },
    group: { group: 'a b' },
    expiresUnixMs: { expiresUnixMs: -1 },
    secret: { secret: new Uint8Array(15) },
  }
  for (const [field, bad] of Object.entries(badFields))
    it(`names ${field} when it refuses to write it`, () =>
      expect(() => encodeJoinToken({ ...token, ...bad })).to.throw(WireError, new RegExp(`JoinToken\\.${field}`)))
})
