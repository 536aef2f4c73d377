import { SignJWT, type JWK } from 'jose'
import { RpcError } from '../../../core/rpc/index.ts'
import {
  findBoot,
  findDecision,
  findMachine,
  listDecisions,
  liveIdentity,
  type Row,
  type Tx,
  recordAction,
} from '../../store/index.ts'
import type { PolicyShelf } from '../../policies/index.ts'
import { pinnedMachine, type MachinePeer } from '../admission/admission-record.ts'
import type { Parts } from '../parts.ts'
import { isInPlace } from '../place.ts'
import { resultClaims, type AppraisedBoot, type AskedResult } from './claims.ts'
import { resultAlgorithm, ResultKeys } from './signing-keys.ts'

/** RFC 9782: what kind of token it is, so that it passes for no other (RFC 8725, 3.11). */
const tokenType = 'eat+jwt'
const tokenIdBytes = 12

/** A signed result (JWS, compact). */
export interface AttestationToken {
  readonly token: string
  readonly expiresUnixMs: number
}

/** Tells others, in words they can verify, that a machine's boot was accepted. */
export class AttestationResults {
  readonly #parts: Parts
  readonly #shelf: PolicyShelf
  readonly #lifetimeMs: number
  readonly #keys: ResultKeys

  constructor(parts: Parts, shelf: PolicyShelf, lifetimeMs: number) {
    this.#parts = parts
    this.#shelf = shelf
    this.#lifetimeMs = lifetimeMs
    this.#keys = new ResultKeys(parts.store, parts.vault)
  }

  /** What anybody verifies results by (RFC 7517, 5). */
  async keySet(): Promise<{ readonly keys: readonly JWK[] }> {
    return { keys: await this.#keys.verifying(this.#parts.clock()) }
  }

  /**
   * A result of a decision, for an operator.
   * @throws RpcError `attestation/off`, `decision/unknown`, `attestation/not-accepted`.
   */
  async ofDecision(number: number, asked: AskedResult, operator: string): Promise<AttestationToken> {
    const { store, clock, log } = this.#parts
    const issuer = this.#issuer()
    const boot = await store.transact(async (tx) => {
      const boot = await acceptedBoot(tx, await findDecision(tx, number))
      const { id: machineId } = boot.machine
      const reason = `decision ${number}, for ${asked.audience}`
      const action = { machineId, action: 'attestation-token', operator, reason, doneUnixMs: clock() }
      await recordAction(tx, action)
      return boot
    })
    log.info({ decision: number, audience: asked.audience, operator }, 'attestation token')
    return await this.#sign(boot, asked, issuer)
  }

  /**
   * A result of the boot that a machine runs in, for itself and where it runs: whoever holds a copy of its key has asked from
   * elsewhere. Its refusals say no more than any other.
   * @throws RpcError `attestation/off`, `identity/unknown`, `boot/refused`.
   */
  async ofMachine(peer: MachinePeer, asked: AskedResult): Promise<AttestationToken> {
    const { store, log } = this.#parts
    const issuer = this.#issuer()
    const boot = await store.transact(async (tx) => {
      const { machine, identity } = await pinnedMachine(tx, peer)
      if (identity.state !== 'live') throw new RpcError('boot/refused')
      const [newest] = await listDecisions(tx, { machineId: machine.id, before: undefined, limit: 1 })
      const boot = await acceptedBoot(tx, newest).catch((cause: unknown) => {
        throw cause instanceof RpcError ? new RpcError('boot/refused', undefined, { cause }) : cause
      })
      const policy = await this.#shelf.inForce(tx, machine)
      if (!isInPlace(policy, peer.address, boot.decision.peer)) throw new RpcError('boot/refused')
      return boot
    })
    log.info({ decision: boot.decision.number, audience: asked.audience, peer: peer.address }, 'attestation token')
    return await this.#sign(boot, asked, issuer)
  }

  #issuer(): string {
    const { issuer } = this.#parts.server
    if (issuer === undefined) throw new RpcError('attestation/off')
    return issuer
  }

  async #sign(boot: AppraisedBoot, asked: AskedResult, issuer: string): Promise<AttestationToken> {
    const { clock, random, server } = this.#parts
    const nowUnixMs = clock()
    const { kid, privateKey } = await this.#keys.signing(nowUnixMs)
    const tokenId = Buffer.from(random(tokenIdBytes)).toString('base64url')
    const by = { issuer, build: server.version, tokenId, nowUnixMs, lifetimeMs: this.#lifetimeMs }
    const claims = resultClaims(boot, asked, by)
    const header = { alg: resultAlgorithm, kid, typ: tokenType }
    const token = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey)
    return { token, expiresUnixMs: 1000 * (claims.exp ?? 0) }
  }
}

/** The boot of a decision, if it is accepted and is still the one that its machine runs in. */
async function acceptedBoot(tx: Tx, decision: Row<'decisions'> | undefined): Promise<AppraisedBoot> {
  if (decision === undefined) throw new RpcError('decision/unknown')
  const machine = await findMachine(tx, decision.machineId)
  if (machine === undefined) throw new RpcError('machine/unknown')
  const [newest] = await listDecisions(tx, { machineId: machine.id, before: undefined, limit: 1 })
  const boot = decision.bootId === null ? undefined : await findBoot(tx, decision.bootId)
  const identity = await liveIdentity(tx, machine.id)
  const obstacle = obstacleTo({ decision, machine, newest, boot, identity })
  if (obstacle !== undefined) throw new RpcError('attestation/not-accepted', obstacle)
  return { decision, machine }
}

/** All that speaks for or against a result. */
interface Standing extends AppraisedBoot {
  /** The machine's newest decision, of either gate. */
  readonly newest: Row<'decisions'> | undefined
  readonly boot: Row<'boots'> | undefined
  /** The machine's live identity. */
  readonly identity: Row<'identities'> | undefined
}

/** Why there is no result; undefined where there is one. */
function obstacleTo({ decision, machine, newest, boot, identity }: Standing): string | undefined {
  const { number, outcome, gate, verified } = decision
  if (gate !== 'release' || outcome !== 'released' || verified !== 1)
    return `Decision ${number} accepted no boot: it is ${outcome} at ${gate}.`
  if (machine.state !== 'accepted') return `The machine is ${machine.state}.`
  if (newest?.number !== number)
    return `The machine has asked again since: decision ${newest?.number ?? 'unknown'} is its newest.`
  if (boot?.ended !== 'released') return 'The boot is over.'
  if (identity === undefined || Buffer.compare(boot.identityId, identity.id) !== 0)
    return 'The machine has enrolled anew since.'
  return undefined
}
