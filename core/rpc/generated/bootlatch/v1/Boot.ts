// Original file: proto/bootlatch/v1/boot.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AttestRequest as _bootlatch_v1_AttestRequest, AttestRequest__Output as _bootlatch_v1_AttestRequest__Output } from '../../bootlatch/v1/AttestRequest.ts';
import type { AttestationToken as _bootlatch_v1_AttestationToken, AttestationToken__Output as _bootlatch_v1_AttestationToken__Output } from '../../bootlatch/v1/AttestationToken.ts';
import type { ChallengeRequest as _bootlatch_v1_ChallengeRequest, ChallengeRequest__Output as _bootlatch_v1_ChallengeRequest__Output } from '../../bootlatch/v1/ChallengeRequest.ts';
import type { ChallengeResponse as _bootlatch_v1_ChallengeResponse, ChallengeResponse__Output as _bootlatch_v1_ChallengeResponse__Output } from '../../bootlatch/v1/ChallengeResponse.ts';
import type { DepositKeyRequest as _bootlatch_v1_DepositKeyRequest, DepositKeyRequest__Output as _bootlatch_v1_DepositKeyRequest__Output } from '../../bootlatch/v1/DepositKeyRequest.ts';
import type { DepositKeyResponse as _bootlatch_v1_DepositKeyResponse, DepositKeyResponse__Output as _bootlatch_v1_DepositKeyResponse__Output } from '../../bootlatch/v1/DepositKeyResponse.ts';
import type { PowerOnEvent as _bootlatch_v1_PowerOnEvent, PowerOnEvent__Output as _bootlatch_v1_PowerOnEvent__Output } from '../../bootlatch/v1/PowerOnEvent.ts';
import type { PowerOnRequest as _bootlatch_v1_PowerOnRequest, PowerOnRequest__Output as _bootlatch_v1_PowerOnRequest__Output } from '../../bootlatch/v1/PowerOnRequest.ts';
import type { ReleaseRequest as _bootlatch_v1_ReleaseRequest, ReleaseRequest__Output as _bootlatch_v1_ReleaseRequest__Output } from '../../bootlatch/v1/ReleaseRequest.ts';
import type { ReleaseResponse as _bootlatch_v1_ReleaseResponse, ReleaseResponse__Output as _bootlatch_v1_ReleaseResponse__Output } from '../../bootlatch/v1/ReleaseResponse.ts';

/**
 * The two gates. Served on the main listener, to the holder of a live machine certificate.
 */
export interface BootClient extends grpc.Client {
  /**
   * A signed statement, for somebody else, that the boot this machine runs in was accepted. Only while it is the newest.
   */
  Attest(argument: _bootlatch_v1_AttestRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  Attest(argument: _bootlatch_v1_AttestRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  Attest(argument: _bootlatch_v1_AttestRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  Attest(argument: _bootlatch_v1_AttestRequest, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  /**
   * A signed statement, for somebody else, that the boot this machine runs in was accepted. Only while it is the newest.
   */
  attest(argument: _bootlatch_v1_AttestRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  attest(argument: _bootlatch_v1_AttestRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  attest(argument: _bootlatch_v1_AttestRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  attest(argument: _bootlatch_v1_AttestRequest, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  
  /**
   * Gate 2, first half: a sealed, short-lived challenge for this machine and boot.
   */
  Challenge(argument: _bootlatch_v1_ChallengeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ChallengeResponse__Output>): grpc.ClientUnaryCall;
  Challenge(argument: _bootlatch_v1_ChallengeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ChallengeResponse__Output>): grpc.ClientUnaryCall;
  Challenge(argument: _bootlatch_v1_ChallengeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ChallengeResponse__Output>): grpc.ClientUnaryCall;
  Challenge(argument: _bootlatch_v1_ChallengeRequest, callback: grpc.requestCallback<_bootlatch_v1_ChallengeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Gate 2, first half: a sealed, short-lived challenge for this machine and boot.
   */
  challenge(argument: _bootlatch_v1_ChallengeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ChallengeResponse__Output>): grpc.ClientUnaryCall;
  challenge(argument: _bootlatch_v1_ChallengeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ChallengeResponse__Output>): grpc.ClientUnaryCall;
  challenge(argument: _bootlatch_v1_ChallengeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ChallengeResponse__Output>): grpc.ClientUnaryCall;
  challenge(argument: _bootlatch_v1_ChallengeRequest, callback: grpc.requestCallback<_bootlatch_v1_ChallengeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Stores the key of a volume that this machine has just given a keyslot for it.
   */
  DepositKey(argument: _bootlatch_v1_DepositKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_DepositKeyResponse__Output>): grpc.ClientUnaryCall;
  DepositKey(argument: _bootlatch_v1_DepositKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_DepositKeyResponse__Output>): grpc.ClientUnaryCall;
  DepositKey(argument: _bootlatch_v1_DepositKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_DepositKeyResponse__Output>): grpc.ClientUnaryCall;
  DepositKey(argument: _bootlatch_v1_DepositKeyRequest, callback: grpc.requestCallback<_bootlatch_v1_DepositKeyResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stores the key of a volume that this machine has just given a keyslot for it.
   */
  depositKey(argument: _bootlatch_v1_DepositKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_DepositKeyResponse__Output>): grpc.ClientUnaryCall;
  depositKey(argument: _bootlatch_v1_DepositKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_DepositKeyResponse__Output>): grpc.ClientUnaryCall;
  depositKey(argument: _bootlatch_v1_DepositKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_DepositKeyResponse__Output>): grpc.ClientUnaryCall;
  depositKey(argument: _bootlatch_v1_DepositKeyRequest, callback: grpc.requestCallback<_bootlatch_v1_DepositKeyResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Gate 1, admission: asked before the vTPM opens. Ends after `admitted`; a refusal is the status PERMISSION_DENIED
   * with a decision id. While `held`, the stream stays open (bounded) until a person decides.
   */
  PowerOn(argument: _bootlatch_v1_PowerOnRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_bootlatch_v1_PowerOnEvent__Output>;
  PowerOn(argument: _bootlatch_v1_PowerOnRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_bootlatch_v1_PowerOnEvent__Output>;
  /**
   * Gate 1, admission: asked before the vTPM opens. Ends after `admitted`; a refusal is the status PERMISSION_DENIED
   * with a decision id. While `held`, the stream stays open (bounded) until a person decides.
   */
  powerOn(argument: _bootlatch_v1_PowerOnRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_bootlatch_v1_PowerOnEvent__Output>;
  powerOn(argument: _bootlatch_v1_PowerOnRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_bootlatch_v1_PowerOnEvent__Output>;
  
  /**
   * Gate 2, second half: evidence against keys. The identical request gets the identical answer, any other on the same
   * challenge gets nothing.
   */
  Release(argument: _bootlatch_v1_ReleaseRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  Release(argument: _bootlatch_v1_ReleaseRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  Release(argument: _bootlatch_v1_ReleaseRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  Release(argument: _bootlatch_v1_ReleaseRequest, callback: grpc.requestCallback<_bootlatch_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Gate 2, second half: evidence against keys. The identical request gets the identical answer, any other on the same
   * challenge gets nothing.
   */
  release(argument: _bootlatch_v1_ReleaseRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  release(argument: _bootlatch_v1_ReleaseRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  release(argument: _bootlatch_v1_ReleaseRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  release(argument: _bootlatch_v1_ReleaseRequest, callback: grpc.requestCallback<_bootlatch_v1_ReleaseResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * The two gates. Served on the main listener, to the holder of a live machine certificate.
 */
export interface BootHandlers extends grpc.UntypedServiceImplementation {
  /**
   * A signed statement, for somebody else, that the boot this machine runs in was accepted. Only while it is the newest.
   */
  Attest: grpc.handleUnaryCall<_bootlatch_v1_AttestRequest__Output, _bootlatch_v1_AttestationToken>;
  
  /**
   * Gate 2, first half: a sealed, short-lived challenge for this machine and boot.
   */
  Challenge: grpc.handleUnaryCall<_bootlatch_v1_ChallengeRequest__Output, _bootlatch_v1_ChallengeResponse>;
  
  /**
   * Stores the key of a volume that this machine has just given a keyslot for it.
   */
  DepositKey: grpc.handleUnaryCall<_bootlatch_v1_DepositKeyRequest__Output, _bootlatch_v1_DepositKeyResponse>;
  
  /**
   * Gate 1, admission: asked before the vTPM opens. Ends after `admitted`; a refusal is the status PERMISSION_DENIED
   * with a decision id. While `held`, the stream stays open (bounded) until a person decides.
   */
  PowerOn: grpc.handleServerStreamingCall<_bootlatch_v1_PowerOnRequest__Output, _bootlatch_v1_PowerOnEvent>;
  
  /**
   * Gate 2, second half: evidence against keys. The identical request gets the identical answer, any other on the same
   * challenge gets nothing.
   */
  Release: grpc.handleUnaryCall<_bootlatch_v1_ReleaseRequest__Output, _bootlatch_v1_ReleaseResponse>;
  
}

export interface BootDefinition extends grpc.ServiceDefinition {
  Attest: MethodDefinition<_bootlatch_v1_AttestRequest, _bootlatch_v1_AttestationToken, _bootlatch_v1_AttestRequest__Output, _bootlatch_v1_AttestationToken__Output>
  Challenge: MethodDefinition<_bootlatch_v1_ChallengeRequest, _bootlatch_v1_ChallengeResponse, _bootlatch_v1_ChallengeRequest__Output, _bootlatch_v1_ChallengeResponse__Output>
  DepositKey: MethodDefinition<_bootlatch_v1_DepositKeyRequest, _bootlatch_v1_DepositKeyResponse, _bootlatch_v1_DepositKeyRequest__Output, _bootlatch_v1_DepositKeyResponse__Output>
  PowerOn: MethodDefinition<_bootlatch_v1_PowerOnRequest, _bootlatch_v1_PowerOnEvent, _bootlatch_v1_PowerOnRequest__Output, _bootlatch_v1_PowerOnEvent__Output>
  Release: MethodDefinition<_bootlatch_v1_ReleaseRequest, _bootlatch_v1_ReleaseResponse, _bootlatch_v1_ReleaseRequest__Output, _bootlatch_v1_ReleaseResponse__Output>
}
