import { bigIntToBytes, bytesToBigInt } from '../../../core/bytes/index.ts'
import {
  ALG,
  Commit,
  curve,
  digest,
  EC_Ephemeral,
  isOnCurve,
  RC,
  ScalarMultiplier,
  type TPMS_ECC_POINT,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { commit as openNext, committedScalar } from '../state/commits.ts'

const empty = new Uint8Array(0)
const noPoint: TPMS_ECC_POINT = { x: empty, y: empty }
const isNoPoint = ({ x, y }: TPMS_ECC_POINT): boolean => x.length === 0 && y.length === 0

/**
 * Part 3, 19.2.
 * @throws KEY if signHandle is no ECC key; SCHEME if it does not sign by ECDAA; SIZE if one of s2 and y2 is empty;
 * ECC_POINT if they are no point of the curve, or P1 is none.
 */
const commit = implement(Commit, (tpm, { handles: { signHandle }, parameters: { P1, s2, y2 }, fail }) => {
  const { publicArea, name } = signHandle
  if (publicArea.type !== ALG.ecc) return fail(RC.key, 'signHandle')
  if (publicArea.parameters.scheme.scheme !== ALG.ecdaa) fail(RC.scheme, 'signHandle')
  if ((s2.length === 0) !== (y2.length === 0)) fail(RC.size, 'y2')
  const row = curve(publicArea.parameters.curveID)
  const hashed = bytesToBigInt(digest(publicArea.nameAlg, s2)) % row.prime
  const P2 = s2.length === 0 ? undefined : { x: bigIntToBytes(hashed, row.coordinateBytes), y: y2 }
  if (P2 !== undefined && !isOnCurve(row, P2)) fail(RC.eccPoint, 's2')
  if (!isNoPoint(P1) && !isOnCurve(row, P1)) fail(RC.eccPoint, 'P1')

  const { counter, commits } = openNext(tpm.reset.commits)
  const r = committedScalar(row, tpm.reset.commits, tpm.reset.commits.counter, name)
  const committed = new ScalarMultiplier(row.id, r)
  const K = P2 === undefined ? noPoint : signHandle.multiplier.times(P2)
  const L = P2 === undefined ? noPoint : committed.times(P2)
  const base = P2 === undefined ? committed.timesBase() : noPoint
  const E = isNoPoint(P1) ? base : committed.times(P1)
  r.fill(0)
  tpm.reset = { ...tpm.reset, commits }
  return { K, L, E, counter }
})

/** Part 3, 19.3. */
const ecEphemeral = implement(EC_Ephemeral, (tpm, { parameters: { curveID } }) => {
  const { counter, commits } = openNext(tpm.reset.commits)
  const r = committedScalar(curve(curveID), tpm.reset.commits, tpm.reset.commits.counter, empty)
  const Q = new ScalarMultiplier(curveID, r).timesBase()
  r.fill(0)
  tpm.reset = { ...tpm.reset, commits }
  return { Q, counter }
})

export const ephemeralCommands = [commit, ecEphemeral]
