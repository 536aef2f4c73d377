import { Metadata, status } from '@grpc/grpc-js'
import { expect } from 'chai'
import { errorCodes, fromStatus, RpcError, toStatus, type ErrorCode } from '../../../../core/rpc/index.ts'

describe('RpcError', () => {
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    it(`carries ${code} to the caller and back`, () => {
      const sent = toStatus(new RpcError(code, undefined, { decision: 7n }))
      expect(sent.code).to.equal(errorCodes[code][0])
      const received = fromStatus({ metadata: sent.metadata ?? new Metadata(), details: sent.details ?? '' })
      expect(received).to.include({ code, decision: 7n, message: errorCodes[code][1] })
    })
  }

  it('tells the caller nothing of a mistake of ours', () => {
    const sent = toStatus(new Error('SELECT wrapped_key FROM volume_keys failed'))
    expect(sent.code).to.equal(status.INTERNAL)
    expect(sent.details).to.equal(errorCodes['server/internal'][1])
    expect(JSON.stringify(sent)).not.to.contain('wrapped_key')
  })

  it('does not take a status without our code for a Bootlatch server’s', () => {
    expect(fromStatus({ metadata: new Metadata(), details: 'no connection' })).to.equal(undefined)
    const foreign = new Metadata()
    foreign.set('bootlatch-error', 'boot/imagined')
    expect(fromStatus({ metadata: foreign, details: '' })).to.equal(undefined)
  })

  it('reads no decision number out of rubbish', () => {
    const metadata = new Metadata()
    metadata.set('bootlatch-error', 'boot/refused')
    metadata.set('bootlatch-decision', '-1')
    expect(fromStatus({ metadata, details: '' })?.decision).to.equal(undefined)
  })
})
