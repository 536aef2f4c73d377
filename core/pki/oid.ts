/** RFC 5280, 4.2.1.12. */
export const id_kp_serverAuth = '1.3.6.1.5.5.7.3.1'
export const id_kp_clientAuth = '1.3.6.1.5.5.7.3.2'

/** TCG EK Credential Profile 2.5, 3.1.3 and 3.2: attributes of the TPM in the subject alternative name; the EK's usage. */
export const tcg_at_tpmManufacturer = '2.23.133.2.1'
export const tcg_at_tpmModel = '2.23.133.2.2'
export const tcg_at_tpmVersion = '2.23.133.2.3'
export const tcg_kp_EKCertificate = '2.23.133.8.1'

/** Our own arc, under the UUID 1d2e6f15-2a97-4511-a375-f3765a49c23c (X.667: no registration needed). */
const bootlatch = '2.25.38788710557693824900009812429097255484'

/** What a certificate of ours may be shown for. */
export const bootlatch_kp_machine = `${bootlatch}.1.1`
export const bootlatch_kp_operator = `${bootlatch}.1.2`
/** Certificate policy: the EK is of an emulated TPM, known to us by a join token and nothing else. */
export const bootlatch_cp_emulatedTpm = `${bootlatch}.2.1`
