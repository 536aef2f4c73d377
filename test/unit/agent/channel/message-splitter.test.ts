import { expect } from 'chai'
import fc from 'fast-check'
import { MessageSplitter } from '../../../../agent/channel/message-splitter.ts'
import { concat } from '../../../../core/bytes/index.ts'
import { commandBytes } from './recording-tpm.ts'

function all(splitter: MessageSplitter): Uint8Array[] {
  const messages: Uint8Array[] = []
  for (let next = splitter.next(); next !== undefined; next = splitter.next()) messages.push(next)
  return messages
}

describe('message splitter', () => {
  it('finds the same messages however the stream is cut', () => {
    const message = fc
      .tuple(fc.nat(0xffff), fc.uint8Array({ maxLength: 40 }))
      .map(([code, body]) => commandBytes(code, ...body))
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(30), { minLength: 1 }), (messages, cuts) => {
        const stream = concat(...messages)
        const splitter = new MessageSplitter()
        const found: Uint8Array[] = []
        for (let at = 0, cut = 0; at < stream.length; cut += 1) {
          const size = 1 + (cuts[cut % cuts.length] ?? 0)
          splitter.push(stream.subarray(at, at + size))
          found.push(...all(splitter))
          at += size
        }
        expect(found).to.deep.equal(messages)
        expect(splitter.waiting).to.equal(false)
      }),
    )
  })

  for (const [name, size] of [
    ['smaller than a header', [0, 0, 0, 9]],
    ['zero', [0, 0, 0, 0]],
    ['larger than any command', [0, 0, 0x10, 0x01]],
    ['enormous', [0xff, 0xff, 0xff, 0xff]],
  ] as const) {
    it(`hands out the header alone where the size is ${name}, and nothing after it`, () => {
      const header = Uint8Array.of(0x80, 0x01, ...size, 0, 0, 1, 0x44)
      const splitter = new MessageSplitter()
      splitter.push(concat(header, commandBytes(0x181)))
      expect(all(splitter)).to.deep.equal([header])
      expect(splitter.lost).to.equal(true)
      splitter.push(commandBytes(0x181))
      expect(all(splitter)).to.deep.equal([])
    })
  }

  it('takes a command of the greatest size', () => {
    const largest = new Uint8Array(4096)
    largest.set([0x80, 0x01, 0, 0, 0x10, 0])
    const splitter = new MessageSplitter()
    splitter.push(largest)
    expect(all(splitter)).to.deep.equal([largest])
  })
})
