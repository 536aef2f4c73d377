/** Every way in which evidence can be bad, in one sentence. */
export const evidenceProblems = {
  'ak-malformed': 'the attestation key is no TPMT_PUBLIC with a valid key',
  'ak-attributes': 'the attestation key could sign what its TPM did not make, or leave the TPM',
  'ak-scheme': 'the attestation key has no signing scheme of its own, or one with SHA-1',
  'ak-strength': 'the attestation key is shorter than RSA 2048, of another exponent, or no NIST curve from P-256 on',
  'core-malformed': 'RequestCore is malformed',
  'signature-malformed': 'the signature is no TPMT_SIGNATURE',
  'signature-scheme': 'the signature is of another scheme than the attestation key',
  signature: 'the attestation key has not signed this',
  'attest-malformed': 'what was signed is no TPMS_ATTEST',
  'attest-magic': 'what was signed does not come from inside a TPM',
  'attest-type': 'what was signed is no quote',
  'extra-data': 'the quote is for another challenge, server, machine, boot, connection, answer key or request',
  signer: 'the quote names another key as its signer',
  selection: 'the quote is of other PCRs than those asked for',
  'pcr-missing': 'the value of a quoted PCR is missing or of the wrong size',
  'pcr-digest': 'the PCR values are not those that were quoted',
  'event-log-malformed': 'the event log is malformed',
  'userspace-log-malformed': 'the userspace log is malformed, or speaks of PCRs of the firmware',
  'log-bank': 'the logs lack digests of a quoted bank',
  'pcr-replay': 'the logs do not lead to the quoted PCR values',
  clock: 'the TPM has gone back in time since the last accepted boot',
} as const
export type EvidenceProblem = keyof typeof evidenceProblems

/** The evidence is bad. Evidence that is good but unwanted is no error: it is a verdict. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError'
  readonly problem: EvidenceProblem
  /** For the security engineer; a machine never learns it. */
  readonly detail: string
  constructor(problem: EvidenceProblem, detail = '', options?: ErrorOptions) {
    super(detail === '' ? evidenceProblems[problem] : `${evidenceProblems[problem]}: ${detail}`, options)
    this.problem = problem
    this.detail = detail
  }
}
