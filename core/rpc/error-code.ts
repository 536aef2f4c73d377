import { status } from '@grpc/grpc-js'

/**
 * Every error that a caller of a Bootlatch service can meet, with the gRPC status it travels under and one sentence.
 * The code is part of the API (trailing metadata `bootlatch-error`); sentences are for people and may change.
 */
export const errorCodes = {
  'request/malformed': [status.INVALID_ARGUMENT, 'The request does not have the form its contract gives it.'],
  'request/too-large': [status.RESOURCE_EXHAUSTED, 'The request is larger than the server reads.'],
  'request/too-many': [status.RESOURCE_EXHAUSTED, 'Too many requests are open or were made; try again later.'],
  'identity/unknown': [status.UNAUTHENTICATED, 'The certificate shown belongs to no live machine or operator.'],
  'identity/wrong-role': [status.PERMISSION_DENIED, 'This certificate may not call this service.'],
  'join/refused': [status.PERMISSION_DENIED, 'The enrolment was refused.'],
  'join/out-of-order': [
    status.FAILED_PRECONDITION,
    'This step of the enrolment does not follow the one before; begin again.',
  ],
  'boot/refused': [status.PERMISSION_DENIED, 'Refused.'],
  'boot/held-expired': [status.DEADLINE_EXCEEDED, 'Nobody decided while the request was held; ask again.'],
  'boot/superseded': [status.ABORTED, 'A newer request of this machine took the place of this one.'],
  'machine/unknown': [status.NOT_FOUND, 'There is no such machine.'],
  'machine/name-taken': [status.ALREADY_EXISTS, 'Another live machine has this name.'],
  'machine/wrong-state': [status.FAILED_PRECONDITION, 'The machine is not in a state in which this can be done.'],
  'machine/identity-changed': [
    status.ABORTED,
    'The machine has enrolled anew: its keys are not those that were shown.',
  ],
  'machine/tier-unproven': [
    status.FAILED_PRECONDITION,
    'Nothing that this version verifies shows a TPM of a provider or a confidential VM: T1 is the highest tier.',
  ],
  'policy/unknown': [status.NOT_FOUND, 'There is no such policy or version.'],
  'policy/none': [status.FAILED_PRECONDITION, 'No policy is in force for this machine.'],
  'policy/changed': [status.FAILED_PRECONDITION, 'The policy was changed meanwhile.'],
  'policy/invalid': [status.INVALID_ARGUMENT, 'The policy does not say what a policy must say.'],
  'policy/unreadable': [
    status.FAILED_PRECONDITION,
    'A document in force cannot be read by this version of the server.',
  ],
  'policy/signature': [status.INVALID_ARGUMENT, 'The signatures are not of engineers who may sign this document.'],
  'policy/nothing-to-learn': [status.FAILED_PRECONDITION, 'The machine has no verified boot to learn from.'],
  'decision/unknown': [status.NOT_FOUND, 'There is no decision of this number.'],
  'decision/without-evidence': [status.FAILED_PRECONDITION, 'This decision has no verified evidence of a boot.'],
  'decision/not-held': [status.FAILED_PRECONDITION, 'This decision holds no request that waits.'],
  'attestation/off': [
    status.FAILED_PRECONDITION,
    'This server gives no attestation results: its configuration names no listen.results.',
  ],
  'attestation/not-accepted': [status.FAILED_PRECONDITION, 'The decision is of no boot that is accepted now.'],
  'key/conflict': [status.ALREADY_EXISTS, 'The volume has another key already.'],
  'tpm/off': [status.FAILED_PRECONDITION, 'The TPM has no power.'],
  'server/sealed': [status.UNAVAILABLE, 'The server is sealed and releases nothing.'],
  'server/internal': [status.INTERNAL, 'The server made a mistake; its log says which.'],
} as const satisfies Record<string, readonly [status, string]>

export type ErrorCode = keyof typeof errorCodes

/** Whether a text is one of the codes above. */
export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorCodes, text)
