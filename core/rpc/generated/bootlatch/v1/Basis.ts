// Original file: proto/bootlatch/v1/admin.proto

export const Basis = {
  BASIS_UNSPECIFIED: 'BASIS_UNSPECIFIED',
  /**
   * A digest that leads to a quoted PCR.
   */
  BASIS_MEASURED: 'BASIS_MEASURED',
  /**
   * What the TPM signed: values of PCRs, its clock.
   */
  BASIS_QUOTED: 'BASIS_QUOTED',
  /**
   * What the server itself knows.
   */
  BASIS_RECORDED: 'BASIS_RECORDED',
  /**
   * What the machine asks for, under its signature.
   */
  BASIS_ASKED: 'BASIS_ASKED',
  /**
   * What a platform says under a listed key, for this very request.
   */
  BASIS_VOUCHED: 'BASIS_VOUCHED',
} as const;

export type Basis =
  | 'BASIS_UNSPECIFIED'
  | 0
  /**
   * A digest that leads to a quoted PCR.
   */
  | 'BASIS_MEASURED'
  | 1
  /**
   * What the TPM signed: values of PCRs, its clock.
   */
  | 'BASIS_QUOTED'
  | 2
  /**
   * What the server itself knows.
   */
  | 'BASIS_RECORDED'
  | 3
  /**
   * What the machine asks for, under its signature.
   */
  | 'BASIS_ASKED'
  | 4
  /**
   * What a platform says under a listed key, for this very request.
   */
  | 'BASIS_VOUCHED'
  | 5

export type Basis__Output = typeof Basis[keyof typeof Basis]
