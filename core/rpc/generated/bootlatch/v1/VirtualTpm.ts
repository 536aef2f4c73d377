// Original file: proto/bootlatch/v1/vtpm.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { TransmitRequest as _bootlatch_v1_TransmitRequest, TransmitRequest__Output as _bootlatch_v1_TransmitRequest__Output } from '../../bootlatch/v1/TransmitRequest.ts';
import type { TransmitResponse as _bootlatch_v1_TransmitResponse, TransmitResponse__Output as _bootlatch_v1_TransmitResponse__Output } from '../../bootlatch/v1/TransmitResponse.ts';
import type { VirtualTpmCancelRequest as _bootlatch_v1_VirtualTpmCancelRequest, VirtualTpmCancelRequest__Output as _bootlatch_v1_VirtualTpmCancelRequest__Output } from '../../bootlatch/v1/VirtualTpmCancelRequest.ts';
import type { VirtualTpmCancelResponse as _bootlatch_v1_VirtualTpmCancelResponse, VirtualTpmCancelResponse__Output as _bootlatch_v1_VirtualTpmCancelResponse__Output } from '../../bootlatch/v1/VirtualTpmCancelResponse.ts';
import type { VirtualTpmPowerOffRequest as _bootlatch_v1_VirtualTpmPowerOffRequest, VirtualTpmPowerOffRequest__Output as _bootlatch_v1_VirtualTpmPowerOffRequest__Output } from '../../bootlatch/v1/VirtualTpmPowerOffRequest.ts';
import type { VirtualTpmPowerOffResponse as _bootlatch_v1_VirtualTpmPowerOffResponse, VirtualTpmPowerOffResponse__Output as _bootlatch_v1_VirtualTpmPowerOffResponse__Output } from '../../bootlatch/v1/VirtualTpmPowerOffResponse.ts';
import type { VirtualTpmPowerOnRequest as _bootlatch_v1_VirtualTpmPowerOnRequest, VirtualTpmPowerOnRequest__Output as _bootlatch_v1_VirtualTpmPowerOnRequest__Output } from '../../bootlatch/v1/VirtualTpmPowerOnRequest.ts';
import type { VirtualTpmPowerOnResponse as _bootlatch_v1_VirtualTpmPowerOnResponse, VirtualTpmPowerOnResponse__Output as _bootlatch_v1_VirtualTpmPowerOnResponse__Output } from '../../bootlatch/v1/VirtualTpmPowerOnResponse.ts';
import type { VirtualTpmResetRequest as _bootlatch_v1_VirtualTpmResetRequest, VirtualTpmResetRequest__Output as _bootlatch_v1_VirtualTpmResetRequest__Output } from '../../bootlatch/v1/VirtualTpmResetRequest.ts';
import type { VirtualTpmResetResponse as _bootlatch_v1_VirtualTpmResetResponse, VirtualTpmResetResponse__Output as _bootlatch_v1_VirtualTpmResetResponse__Output } from '../../bootlatch/v1/VirtualTpmResetResponse.ts';

/**
 * One virtual TPM 2.0, presented by the agent that emulates it.
 * Every call answers FAILED_PRECONDITION where the TPM is off, except PowerOn and Status.
 */
export interface VirtualTpmClient extends grpc.Client {
  /**
   * Cancels the command that is running, if any.
   */
  Cancel(argument: _bootlatch_v1_VirtualTpmCancelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmCancelResponse__Output>): grpc.ClientUnaryCall;
  Cancel(argument: _bootlatch_v1_VirtualTpmCancelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmCancelResponse__Output>): grpc.ClientUnaryCall;
  Cancel(argument: _bootlatch_v1_VirtualTpmCancelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmCancelResponse__Output>): grpc.ClientUnaryCall;
  Cancel(argument: _bootlatch_v1_VirtualTpmCancelRequest, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmCancelResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Cancels the command that is running, if any.
   */
  cancel(argument: _bootlatch_v1_VirtualTpmCancelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmCancelResponse__Output>): grpc.ClientUnaryCall;
  cancel(argument: _bootlatch_v1_VirtualTpmCancelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmCancelResponse__Output>): grpc.ClientUnaryCall;
  cancel(argument: _bootlatch_v1_VirtualTpmCancelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmCancelResponse__Output>): grpc.ClientUnaryCall;
  cancel(argument: _bootlatch_v1_VirtualTpmCancelRequest, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmCancelResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes power away without TPM2_Shutdown; a running command is cut off.
   */
  PowerOff(argument: _bootlatch_v1_VirtualTpmPowerOffRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOffResponse__Output>): grpc.ClientUnaryCall;
  PowerOff(argument: _bootlatch_v1_VirtualTpmPowerOffRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOffResponse__Output>): grpc.ClientUnaryCall;
  PowerOff(argument: _bootlatch_v1_VirtualTpmPowerOffRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOffResponse__Output>): grpc.ClientUnaryCall;
  PowerOff(argument: _bootlatch_v1_VirtualTpmPowerOffRequest, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOffResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Takes power away without TPM2_Shutdown; a running command is cut off.
   */
  powerOff(argument: _bootlatch_v1_VirtualTpmPowerOffRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOffResponse__Output>): grpc.ClientUnaryCall;
  powerOff(argument: _bootlatch_v1_VirtualTpmPowerOffRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOffResponse__Output>): grpc.ClientUnaryCall;
  powerOff(argument: _bootlatch_v1_VirtualTpmPowerOffRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOffResponse__Output>): grpc.ClientUnaryCall;
  powerOff(argument: _bootlatch_v1_VirtualTpmPowerOffRequest, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOffResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Gives power: the TPM waits for TPM2_Startup. On a TPM that is on, nothing happens.
   */
  PowerOn(argument: _bootlatch_v1_VirtualTpmPowerOnRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOnResponse__Output>): grpc.ClientUnaryCall;
  PowerOn(argument: _bootlatch_v1_VirtualTpmPowerOnRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOnResponse__Output>): grpc.ClientUnaryCall;
  PowerOn(argument: _bootlatch_v1_VirtualTpmPowerOnRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOnResponse__Output>): grpc.ClientUnaryCall;
  PowerOn(argument: _bootlatch_v1_VirtualTpmPowerOnRequest, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOnResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Gives power: the TPM waits for TPM2_Startup. On a TPM that is on, nothing happens.
   */
  powerOn(argument: _bootlatch_v1_VirtualTpmPowerOnRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOnResponse__Output>): grpc.ClientUnaryCall;
  powerOn(argument: _bootlatch_v1_VirtualTpmPowerOnRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOnResponse__Output>): grpc.ClientUnaryCall;
  powerOn(argument: _bootlatch_v1_VirtualTpmPowerOnRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOnResponse__Output>): grpc.ClientUnaryCall;
  powerOn(argument: _bootlatch_v1_VirtualTpmPowerOnRequest, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmPowerOnResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Power off, then on: _TPM_Init.
   */
  Reset(argument: _bootlatch_v1_VirtualTpmResetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmResetResponse__Output>): grpc.ClientUnaryCall;
  Reset(argument: _bootlatch_v1_VirtualTpmResetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmResetResponse__Output>): grpc.ClientUnaryCall;
  Reset(argument: _bootlatch_v1_VirtualTpmResetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmResetResponse__Output>): grpc.ClientUnaryCall;
  Reset(argument: _bootlatch_v1_VirtualTpmResetRequest, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmResetResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Power off, then on: _TPM_Init.
   */
  reset(argument: _bootlatch_v1_VirtualTpmResetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmResetResponse__Output>): grpc.ClientUnaryCall;
  reset(argument: _bootlatch_v1_VirtualTpmResetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmResetResponse__Output>): grpc.ClientUnaryCall;
  reset(argument: _bootlatch_v1_VirtualTpmResetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmResetResponse__Output>): grpc.ClientUnaryCall;
  reset(argument: _bootlatch_v1_VirtualTpmResetRequest, callback: grpc.requestCallback<_bootlatch_v1_VirtualTpmResetResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Executes the commands of a stream in order, one response for each.
   */
  Session(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_bootlatch_v1_TransmitRequest, _bootlatch_v1_TransmitResponse__Output>;
  Session(options?: grpc.CallOptions): grpc.ClientDuplexStream<_bootlatch_v1_TransmitRequest, _bootlatch_v1_TransmitResponse__Output>;
  /**
   * Executes the commands of a stream in order, one response for each.
   */
  session(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_bootlatch_v1_TransmitRequest, _bootlatch_v1_TransmitResponse__Output>;
  session(options?: grpc.CallOptions): grpc.ClientDuplexStream<_bootlatch_v1_TransmitRequest, _bootlatch_v1_TransmitResponse__Output>;
  
  /**
   * Executes one TPM command and returns its response, bytes in and bytes out (TPM 2.0 Library, Part 3).
   */
  Transmit(argument: _bootlatch_v1_TransmitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_TransmitResponse__Output>): grpc.ClientUnaryCall;
  Transmit(argument: _bootlatch_v1_TransmitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_TransmitResponse__Output>): grpc.ClientUnaryCall;
  Transmit(argument: _bootlatch_v1_TransmitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_TransmitResponse__Output>): grpc.ClientUnaryCall;
  Transmit(argument: _bootlatch_v1_TransmitRequest, callback: grpc.requestCallback<_bootlatch_v1_TransmitResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Executes one TPM command and returns its response, bytes in and bytes out (TPM 2.0 Library, Part 3).
   */
  transmit(argument: _bootlatch_v1_TransmitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_TransmitResponse__Output>): grpc.ClientUnaryCall;
  transmit(argument: _bootlatch_v1_TransmitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_TransmitResponse__Output>): grpc.ClientUnaryCall;
  transmit(argument: _bootlatch_v1_TransmitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_TransmitResponse__Output>): grpc.ClientUnaryCall;
  transmit(argument: _bootlatch_v1_TransmitRequest, callback: grpc.requestCallback<_bootlatch_v1_TransmitResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * One virtual TPM 2.0, presented by the agent that emulates it.
 * Every call answers FAILED_PRECONDITION where the TPM is off, except PowerOn and Status.
 */
export interface VirtualTpmHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Cancels the command that is running, if any.
   */
  Cancel: grpc.handleUnaryCall<_bootlatch_v1_VirtualTpmCancelRequest__Output, _bootlatch_v1_VirtualTpmCancelResponse>;
  
  /**
   * Takes power away without TPM2_Shutdown; a running command is cut off.
   */
  PowerOff: grpc.handleUnaryCall<_bootlatch_v1_VirtualTpmPowerOffRequest__Output, _bootlatch_v1_VirtualTpmPowerOffResponse>;
  
  /**
   * Gives power: the TPM waits for TPM2_Startup. On a TPM that is on, nothing happens.
   */
  PowerOn: grpc.handleUnaryCall<_bootlatch_v1_VirtualTpmPowerOnRequest__Output, _bootlatch_v1_VirtualTpmPowerOnResponse>;
  
  /**
   * Power off, then on: _TPM_Init.
   */
  Reset: grpc.handleUnaryCall<_bootlatch_v1_VirtualTpmResetRequest__Output, _bootlatch_v1_VirtualTpmResetResponse>;
  
  /**
   * Executes the commands of a stream in order, one response for each.
   */
  Session: grpc.handleBidiStreamingCall<_bootlatch_v1_TransmitRequest__Output, _bootlatch_v1_TransmitResponse>;
  
  /**
   * Executes one TPM command and returns its response, bytes in and bytes out (TPM 2.0 Library, Part 3).
   */
  Transmit: grpc.handleUnaryCall<_bootlatch_v1_TransmitRequest__Output, _bootlatch_v1_TransmitResponse>;
  
}

export interface VirtualTpmDefinition extends grpc.ServiceDefinition {
  Cancel: MethodDefinition<_bootlatch_v1_VirtualTpmCancelRequest, _bootlatch_v1_VirtualTpmCancelResponse, _bootlatch_v1_VirtualTpmCancelRequest__Output, _bootlatch_v1_VirtualTpmCancelResponse__Output>
  PowerOff: MethodDefinition<_bootlatch_v1_VirtualTpmPowerOffRequest, _bootlatch_v1_VirtualTpmPowerOffResponse, _bootlatch_v1_VirtualTpmPowerOffRequest__Output, _bootlatch_v1_VirtualTpmPowerOffResponse__Output>
  PowerOn: MethodDefinition<_bootlatch_v1_VirtualTpmPowerOnRequest, _bootlatch_v1_VirtualTpmPowerOnResponse, _bootlatch_v1_VirtualTpmPowerOnRequest__Output, _bootlatch_v1_VirtualTpmPowerOnResponse__Output>
  Reset: MethodDefinition<_bootlatch_v1_VirtualTpmResetRequest, _bootlatch_v1_VirtualTpmResetResponse, _bootlatch_v1_VirtualTpmResetRequest__Output, _bootlatch_v1_VirtualTpmResetResponse__Output>
  Session: MethodDefinition<_bootlatch_v1_TransmitRequest, _bootlatch_v1_TransmitResponse, _bootlatch_v1_TransmitRequest__Output, _bootlatch_v1_TransmitResponse__Output>
  Transmit: MethodDefinition<_bootlatch_v1_TransmitRequest, _bootlatch_v1_TransmitResponse, _bootlatch_v1_TransmitRequest__Output, _bootlatch_v1_TransmitResponse__Output>
}
