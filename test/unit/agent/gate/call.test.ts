import { Metadata, status, type ServiceError } from '@grpc/grpc-js'
import { expect } from 'chai'
import { RpcError, errorCodes, toStatus, type ErrorCode } from '../../../../core/rpc/index.ts'
import { gateErrorOf } from '../../../../agent/gate/call.ts'

function received(sent: Partial<Omit<ServiceError, 'code'>> & { code: status }): ServiceError {
  return Object.assign(new Error('call failed'), { details: '', metadata: new Metadata(), ...sent })
}

describe('gateErrorOf', () => {
  const meanings: Partial<Record<ErrorCode, string>> = {
    'boot/refused': 'refused',
    'join/refused': 'refused',
    'identity/unknown': 'refused',
    'identity/wrong-role': 'refused',
    'boot/held-expired': 'held',
    'boot/superseded': 'superseded',
    'join/out-of-order': 'out-of-order',
    'key/conflict': 'conflict',
    'request/too-many': 'unreachable',
    'server/sealed': 'unreachable',
  }
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    it(`takes ${code} for ${meanings[code] ?? 'failed'}`, () => {
      const error = gateErrorOf(received(toStatus(new RpcError(code, undefined, { decision: 7n }))))
      expect(error.problem).to.equal(meanings[code] ?? 'failed')
      expect(error.decision).to.equal(7n)
    })
  }

  for (const code of [status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED]) {
    it(`takes gRPC's own ${status[code]} for a server out of reach`, () => {
      expect(gateErrorOf(received({ code })).problem).to.equal('unreachable')
    })
  }

  it('does not take another status for one', () => {
    expect(gateErrorOf(received({ code: status.UNIMPLEMENTED })).problem).to.equal('failed')
  })

  const told = (error: string): string => `No connection established. Last error: Error: ${error}. Resolution note: `
  const reasons: readonly (readonly [given: string, expected: string])[] = [
    [told('connect ECONNREFUSED 192.0.2.1:7443'), 'nothing listens at 192.0.2.1:7443'],
    [
      told('802C:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../record.c:350:\n'),
      'what listens there does not speak TLS',
    ],
    [told('certificate is not\nyet valid'), 'certificate is not yet valid'],
    ['Deadline exceeded', 'Deadline exceeded'],
  ]
  for (const [given, expected] of reasons) {
    it(`says “${expected}”`, () => {
      expect(gateErrorOf(received({ code: status.UNAVAILABLE, details: given })).message).to.equal(expected)
    })
  }

  it('lets a mistake of ours through', () => {
    const mistake = new TypeError('ours')
    expect(() => gateErrorOf(mistake)).to.throw(mistake)
  })
})
