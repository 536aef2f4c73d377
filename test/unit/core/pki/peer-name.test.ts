import { expect } from 'chai'
import fc from 'fast-check'
import { encodePeerUri } from '../../../../core/pki/index.ts'
import { decodePeerUri } from '../../../../core/pki/peer-name.ts'

const uuid = '00112233-4455-6677-8899-aabbccddeeff'

describe('the URI of a peer', () => {
  it('is read back as it was written', () => {
    const machine = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id) => ({ kind: 'machine' as const, id }))
    const operator = fc
      .stringMatching(/^[a-z0-9][a-z0-9._-]{0,62}$/)
      .map((name) => ({ kind: 'operator' as const, name }))
    fc.assert(
      fc.property(fc.oneof(machine, operator), (peer) => {
        expect(decodePeerUri(encodePeerUri(peer))).to.deep.equal(peer)
      }),
    )
  })

  it('has one form for each machine', () => {
    const id = Uint8Array.from({ length: 16 }, (_, n) => n * 0x11)
    expect(encodePeerUri({ kind: 'machine', id })).to.equal(`bootlatch:machine:${uuid}`)
  })

  for (const uri of [
    '',
    'bootlatch:machine:',
    `bootlatch:machine:${uuid.toUpperCase()}`,
    `bootlatch:machine:${uuid}0`,
    `bootlatch:machine:${uuid.replaceAll('-', '')}`,
    ` bootlatch:machine:${uuid}`,
    `bootlatch:machine:${uuid}\n`,
    `spiffe:machine:${uuid}`,
    'bootlatch:operator:',
    'bootlatch:operator:Ann',
    'bootlatch:operator:a b',
    `bootlatch:operator:a, URI:bootlatch:machine:${uuid}`,
    `bootlatch:operator:${'a'.repeat(64)}`,
  ]) {
    it(`is not ${JSON.stringify(uri)}`, () => {
      expect(decodePeerUri(uri)).to.equal(undefined)
    })
  }

  it('is not made of an id of another length', () => {
    expect(() => encodePeerUri({ kind: 'machine', id: new Uint8Array(15) })).to.throw(TypeError)
  })
})
