/** How power comes. */
export interface PowerOnOptions {
  /** The longest command and response until the power goes; 4096 bytes where it is not said. */
  readonly maxMessageBytes?: number
}

/** A virtual TPM as this folder presents it: what it needs of the emulator, and nothing else. */
export interface VirtualTpm {
  readonly powered: boolean
  /** _TPM_Init: power comes, the TPM waits for TPM2_Startup; later, where the state must be fetched first. */
  powerOn(options?: PowerOnOptions): void | Promise<void>
  /** Power goes without TPM2_Shutdown; a command that runs is cut off. */
  powerOff(): void
  /** Any bytes in, a well-formed response out, also without power. */
  execute(command: Uint8Array, locality: number): Uint8Array | Promise<Uint8Array>
  /** Asks the command that runs to end early; without effect on any other. */
  cancel(): void
  /** _TPM_Hash_Start, _TPM_Hash_Data, _TPM_Hash_End (Part 3, 22.8 to 22.10). */
  hashStart(locality: number): void
  hashData(bytes: Uint8Array): void
  hashEnd(locality: number): void
  /** The PC Client flag tpmEstablished: a dynamic launch took place since it was reset. */
  readonly tpmEstablished: boolean
  resetEstablished(locality: number): void
}

/** Localities of the PC Client profile: 0 to 4. */
export const maxLocality = 4

/** The longest command and the longest response (TPM_PT_MAX_COMMAND_SIZE, TPM_PT_MAX_RESPONSE_SIZE). */
export const maxMessageBytes = 4096
