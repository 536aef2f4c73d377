// Original file: proto/bootlatch/v1/join.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { BeginRequest as _bootlatch_v1_BeginRequest, BeginRequest__Output as _bootlatch_v1_BeginRequest__Output } from '../../bootlatch/v1/BeginRequest.ts';
import type { BeginResponse as _bootlatch_v1_BeginResponse, BeginResponse__Output as _bootlatch_v1_BeginResponse__Output } from '../../bootlatch/v1/BeginResponse.ts';
import type { CompleteRequest as _bootlatch_v1_CompleteRequest, CompleteRequest__Output as _bootlatch_v1_CompleteRequest__Output } from '../../bootlatch/v1/CompleteRequest.ts';
import type { CompleteResponse as _bootlatch_v1_CompleteResponse, CompleteResponse__Output as _bootlatch_v1_CompleteResponse__Output } from '../../bootlatch/v1/CompleteResponse.ts';
import type { ProveRequest as _bootlatch_v1_ProveRequest, ProveRequest__Output as _bootlatch_v1_ProveRequest__Output } from '../../bootlatch/v1/ProveRequest.ts';
import type { ProveResponse as _bootlatch_v1_ProveResponse, ProveResponse__Output as _bootlatch_v1_ProveResponse__Output } from '../../bootlatch/v1/ProveResponse.ts';

/**
 * Enrolment, the only service of the Join listener (server-authenticated TLS 1.3).
 * Order: Begin, Prove, Complete. The agent signs every request with its machine key; a step repeated after a crash,
 * or the whole sequence begun again with the same machine key, gives the same machine.
 * `core` is the bytes of the core/evidence codec of the same name; signatures are checked over them as received.
 */
export interface JoinClient extends grpc.Client {
  /**
   * Spends the join token on this machine key, creates the machine and its first state key.
   */
  Begin(argument: _bootlatch_v1_BeginRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  Begin(argument: _bootlatch_v1_BeginRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  Begin(argument: _bootlatch_v1_BeginRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  Begin(argument: _bootlatch_v1_BeginRequest, callback: grpc.requestCallback<_bootlatch_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Spends the join token on this machine key, creates the machine and its first state key.
   */
  begin(argument: _bootlatch_v1_BeginRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _bootlatch_v1_BeginRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _bootlatch_v1_BeginRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _bootlatch_v1_BeginRequest, callback: grpc.requestCallback<_bootlatch_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Shows that EK and AK sit in one TPM; answers the machine certificate and the EK certificates.
   */
  Complete(argument: _bootlatch_v1_CompleteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  Complete(argument: _bootlatch_v1_CompleteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  Complete(argument: _bootlatch_v1_CompleteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  Complete(argument: _bootlatch_v1_CompleteRequest, callback: grpc.requestCallback<_bootlatch_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Shows that EK and AK sit in one TPM; answers the machine certificate and the EK certificates.
   */
  complete(argument: _bootlatch_v1_CompleteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  complete(argument: _bootlatch_v1_CompleteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  complete(argument: _bootlatch_v1_CompleteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  complete(argument: _bootlatch_v1_CompleteRequest, callback: grpc.requestCallback<_bootlatch_v1_CompleteResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Names EK and AK; answers a credential challenge for each EK (Part 1, 24).
   */
  Prove(argument: _bootlatch_v1_ProveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ProveResponse__Output>): grpc.ClientUnaryCall;
  Prove(argument: _bootlatch_v1_ProveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ProveResponse__Output>): grpc.ClientUnaryCall;
  Prove(argument: _bootlatch_v1_ProveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ProveResponse__Output>): grpc.ClientUnaryCall;
  Prove(argument: _bootlatch_v1_ProveRequest, callback: grpc.requestCallback<_bootlatch_v1_ProveResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Names EK and AK; answers a credential challenge for each EK (Part 1, 24).
   */
  prove(argument: _bootlatch_v1_ProveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ProveResponse__Output>): grpc.ClientUnaryCall;
  prove(argument: _bootlatch_v1_ProveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ProveResponse__Output>): grpc.ClientUnaryCall;
  prove(argument: _bootlatch_v1_ProveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ProveResponse__Output>): grpc.ClientUnaryCall;
  prove(argument: _bootlatch_v1_ProveRequest, callback: grpc.requestCallback<_bootlatch_v1_ProveResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Enrolment, the only service of the Join listener (server-authenticated TLS 1.3).
 * Order: Begin, Prove, Complete. The agent signs every request with its machine key; a step repeated after a crash,
 * or the whole sequence begun again with the same machine key, gives the same machine.
 * `core` is the bytes of the core/evidence codec of the same name; signatures are checked over them as received.
 */
export interface JoinHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Spends the join token on this machine key, creates the machine and its first state key.
   */
  Begin: grpc.handleUnaryCall<_bootlatch_v1_BeginRequest__Output, _bootlatch_v1_BeginResponse>;
  
  /**
   * Shows that EK and AK sit in one TPM; answers the machine certificate and the EK certificates.
   */
  Complete: grpc.handleUnaryCall<_bootlatch_v1_CompleteRequest__Output, _bootlatch_v1_CompleteResponse>;
  
  /**
   * Names EK and AK; answers a credential challenge for each EK (Part 1, 24).
   */
  Prove: grpc.handleUnaryCall<_bootlatch_v1_ProveRequest__Output, _bootlatch_v1_ProveResponse>;
  
}

export interface JoinDefinition extends grpc.ServiceDefinition {
  Begin: MethodDefinition<_bootlatch_v1_BeginRequest, _bootlatch_v1_BeginResponse, _bootlatch_v1_BeginRequest__Output, _bootlatch_v1_BeginResponse__Output>
  Complete: MethodDefinition<_bootlatch_v1_CompleteRequest, _bootlatch_v1_CompleteResponse, _bootlatch_v1_CompleteRequest__Output, _bootlatch_v1_CompleteResponse__Output>
  Prove: MethodDefinition<_bootlatch_v1_ProveRequest, _bootlatch_v1_ProveResponse, _bootlatch_v1_ProveRequest__Output, _bootlatch_v1_ProveResponse__Output>
}
