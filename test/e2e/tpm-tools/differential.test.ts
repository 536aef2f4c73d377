import { blockCiphers } from '../../conformance/block-ciphers.ts'
import { ciphers } from '../../conformance/ciphers.ts'
import { departures } from '../../conformance/departures.ts'
import { derivation } from '../../conformance/derivation.ts'
import { duplication } from '../../conformance/duplication.ts'
import { foreignKeys } from '../../conformance/foreign-keys.ts'
import { hashSequences } from '../../conformance/hash-sequences.ts'
import { keyExchange } from '../../conformance/key-exchange.ts'
import { messageAuthentication } from '../../conformance/message-authentication.ts'
import { nvStorage } from '../../conformance/nv-storage.ts'
import { rsaEncryption } from '../../conformance/rsa-encryption.ts'
import { sessionAreas } from '../../conformance/session-areas.ts'
import { sessionStarts } from '../../conformance/session-starts.ts'
import { signatures } from '../../conformance/signing.ts'
import { stateAttestation } from '../../conformance/state-attestation.ts'
import { storageParents } from '../../conformance/storage-parents.ts'
import { type TpmBench } from '../../conformance/tpm-bench.ts'
import { transientHandles } from '../../conformance/transient-handles.ts'
import { Scratch } from './scratch.ts'
import { startSwtpm } from './tpm-process.ts'
import { twinOnBench } from './twin.ts'

/** The scenarios of the unit tests, with swtpm beside us: every answer must be its answer. */
describe('held against swtpm', () => {
  const scratch = new Scratch()
  const start = async (): Promise<TpmBench> => twinOnBench(await scratch.started(startSwtpm(scratch.folder())))

  describe('hash sequences', () => {
    hashSequences(start)
  })

  describe('keys that were made elsewhere', () => {
    foreignKeys(start)
  })

  describe('message authentication', () => {
    messageAuthentication(start)
  })

  describe('duplication', () => {
    duplication(start)
  })

  describe('signing', () => {
    signatures(start)
  })

  describe('NV storage', () => {
    nvStorage(start)
  })

  describe('encryption to RSA keys', () => {
    rsaEncryption(start)
  })

  describe('Diffie-Hellman', () => {
    keyExchange(start)
  })

  describe('encryption by ciphers', () => {
    ciphers(start)
  })

  describe('block ciphers', () => {
    blockCiphers(start)
  })

  describe('departures', () => {
    departures(start)
  })

  describe('attestation of sessions, time and storage', () => {
    stateAttestation(start)
  })

  describe('storage parents', () => {
    storageParents(start)
  })

  describe('derived objects', () => {
    derivation(start)
  })

  describe('sessions that a command brings together', () => {
    sessionAreas(start)
  })

  describe('starts of sessions', () => {
    sessionStarts(start)
  })

  describe('transient handles', () => {
    transientHandles(start)
  })
})
