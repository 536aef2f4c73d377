// Original file: proto/bootlatch/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AcceptMachineRequest as _bootlatch_v1_AcceptMachineRequest, AcceptMachineRequest__Output as _bootlatch_v1_AcceptMachineRequest__Output } from '../../bootlatch/v1/AcceptMachineRequest.ts';
import type { ApplyPolicyRequest as _bootlatch_v1_ApplyPolicyRequest, ApplyPolicyRequest__Output as _bootlatch_v1_ApplyPolicyRequest__Output } from '../../bootlatch/v1/ApplyPolicyRequest.ts';
import type { AttestDecisionRequest as _bootlatch_v1_AttestDecisionRequest, AttestDecisionRequest__Output as _bootlatch_v1_AttestDecisionRequest__Output } from '../../bootlatch/v1/AttestDecisionRequest.ts';
import type { AttestationToken as _bootlatch_v1_AttestationToken, AttestationToken__Output as _bootlatch_v1_AttestationToken__Output } from '../../bootlatch/v1/AttestationToken.ts';
import type { ChangeTierRequest as _bootlatch_v1_ChangeTierRequest, ChangeTierRequest__Output as _bootlatch_v1_ChangeTierRequest__Output } from '../../bootlatch/v1/ChangeTierRequest.ts';
import type { DecisionDetail as _bootlatch_v1_DecisionDetail, DecisionDetail__Output as _bootlatch_v1_DecisionDetail__Output } from '../../bootlatch/v1/DecisionDetail.ts';
import type { DiffBootsRequest as _bootlatch_v1_DiffBootsRequest, DiffBootsRequest__Output as _bootlatch_v1_DiffBootsRequest__Output } from '../../bootlatch/v1/DiffBootsRequest.ts';
import type { DiffBootsResponse as _bootlatch_v1_DiffBootsResponse, DiffBootsResponse__Output as _bootlatch_v1_DiffBootsResponse__Output } from '../../bootlatch/v1/DiffBootsResponse.ts';
import type { EffectivePolicy as _bootlatch_v1_EffectivePolicy, EffectivePolicy__Output as _bootlatch_v1_EffectivePolicy__Output } from '../../bootlatch/v1/EffectivePolicy.ts';
import type { GetServerStatusRequest as _bootlatch_v1_GetServerStatusRequest, GetServerStatusRequest__Output as _bootlatch_v1_GetServerStatusRequest__Output } from '../../bootlatch/v1/GetServerStatusRequest.ts';
import type { InviteMachineRequest as _bootlatch_v1_InviteMachineRequest, InviteMachineRequest__Output as _bootlatch_v1_InviteMachineRequest__Output } from '../../bootlatch/v1/InviteMachineRequest.ts';
import type { InviteMachineResponse as _bootlatch_v1_InviteMachineResponse, InviteMachineResponse__Output as _bootlatch_v1_InviteMachineResponse__Output } from '../../bootlatch/v1/InviteMachineResponse.ts';
import type { LearnPolicyRequest as _bootlatch_v1_LearnPolicyRequest, LearnPolicyRequest__Output as _bootlatch_v1_LearnPolicyRequest__Output } from '../../bootlatch/v1/LearnPolicyRequest.ts';
import type { LearnPolicyResponse as _bootlatch_v1_LearnPolicyResponse, LearnPolicyResponse__Output as _bootlatch_v1_LearnPolicyResponse__Output } from '../../bootlatch/v1/LearnPolicyResponse.ts';
import type { ListAnnouncementsRequest as _bootlatch_v1_ListAnnouncementsRequest, ListAnnouncementsRequest__Output as _bootlatch_v1_ListAnnouncementsRequest__Output } from '../../bootlatch/v1/ListAnnouncementsRequest.ts';
import type { ListAnnouncementsResponse as _bootlatch_v1_ListAnnouncementsResponse, ListAnnouncementsResponse__Output as _bootlatch_v1_ListAnnouncementsResponse__Output } from '../../bootlatch/v1/ListAnnouncementsResponse.ts';
import type { ListDecisionsRequest as _bootlatch_v1_ListDecisionsRequest, ListDecisionsRequest__Output as _bootlatch_v1_ListDecisionsRequest__Output } from '../../bootlatch/v1/ListDecisionsRequest.ts';
import type { ListDecisionsResponse as _bootlatch_v1_ListDecisionsResponse, ListDecisionsResponse__Output as _bootlatch_v1_ListDecisionsResponse__Output } from '../../bootlatch/v1/ListDecisionsResponse.ts';
import type { ListKeysRequest as _bootlatch_v1_ListKeysRequest, ListKeysRequest__Output as _bootlatch_v1_ListKeysRequest__Output } from '../../bootlatch/v1/ListKeysRequest.ts';
import type { ListKeysResponse as _bootlatch_v1_ListKeysResponse, ListKeysResponse__Output as _bootlatch_v1_ListKeysResponse__Output } from '../../bootlatch/v1/ListKeysResponse.ts';
import type { ListMachinesRequest as _bootlatch_v1_ListMachinesRequest, ListMachinesRequest__Output as _bootlatch_v1_ListMachinesRequest__Output } from '../../bootlatch/v1/ListMachinesRequest.ts';
import type { ListMachinesResponse as _bootlatch_v1_ListMachinesResponse, ListMachinesResponse__Output as _bootlatch_v1_ListMachinesResponse__Output } from '../../bootlatch/v1/ListMachinesResponse.ts';
import type { ListPoliciesRequest as _bootlatch_v1_ListPoliciesRequest, ListPoliciesRequest__Output as _bootlatch_v1_ListPoliciesRequest__Output } from '../../bootlatch/v1/ListPoliciesRequest.ts';
import type { ListPoliciesResponse as _bootlatch_v1_ListPoliciesResponse, ListPoliciesResponse__Output as _bootlatch_v1_ListPoliciesResponse__Output } from '../../bootlatch/v1/ListPoliciesResponse.ts';
import type { ListPolicyVersionsRequest as _bootlatch_v1_ListPolicyVersionsRequest, ListPolicyVersionsRequest__Output as _bootlatch_v1_ListPolicyVersionsRequest__Output } from '../../bootlatch/v1/ListPolicyVersionsRequest.ts';
import type { ListPolicyVersionsResponse as _bootlatch_v1_ListPolicyVersionsResponse, ListPolicyVersionsResponse__Output as _bootlatch_v1_ListPolicyVersionsResponse__Output } from '../../bootlatch/v1/ListPolicyVersionsResponse.ts';
import type { ListProposalsRequest as _bootlatch_v1_ListProposalsRequest, ListProposalsRequest__Output as _bootlatch_v1_ListProposalsRequest__Output } from '../../bootlatch/v1/ListProposalsRequest.ts';
import type { ListProposalsResponse as _bootlatch_v1_ListProposalsResponse, ListProposalsResponse__Output as _bootlatch_v1_ListProposalsResponse__Output } from '../../bootlatch/v1/ListProposalsResponse.ts';
import type { LockMachineRequest as _bootlatch_v1_LockMachineRequest, LockMachineRequest__Output as _bootlatch_v1_LockMachineRequest__Output } from '../../bootlatch/v1/LockMachineRequest.ts';
import type { MachineDetail as _bootlatch_v1_MachineDetail, MachineDetail__Output as _bootlatch_v1_MachineDetail__Output } from '../../bootlatch/v1/MachineDetail.ts';
import type { MachineReference as _bootlatch_v1_MachineReference, MachineReference__Output as _bootlatch_v1_MachineReference__Output } from '../../bootlatch/v1/MachineReference.ts';
import type { Policy as _bootlatch_v1_Policy, Policy__Output as _bootlatch_v1_Policy__Output } from '../../bootlatch/v1/Policy.ts';
import type { PreviewPolicyEvent as _bootlatch_v1_PreviewPolicyEvent, PreviewPolicyEvent__Output as _bootlatch_v1_PreviewPolicyEvent__Output } from '../../bootlatch/v1/PreviewPolicyEvent.ts';
import type { PreviewPolicyRequest as _bootlatch_v1_PreviewPolicyRequest, PreviewPolicyRequest__Output as _bootlatch_v1_PreviewPolicyRequest__Output } from '../../bootlatch/v1/PreviewPolicyRequest.ts';
import type { ProposePolicyRequest as _bootlatch_v1_ProposePolicyRequest, ProposePolicyRequest__Output as _bootlatch_v1_ProposePolicyRequest__Output } from '../../bootlatch/v1/ProposePolicyRequest.ts';
import type { ProposePolicyResponse as _bootlatch_v1_ProposePolicyResponse, ProposePolicyResponse__Output as _bootlatch_v1_ProposePolicyResponse__Output } from '../../bootlatch/v1/ProposePolicyResponse.ts';
import type { RemoveMachineRequest as _bootlatch_v1_RemoveMachineRequest, RemoveMachineRequest__Output as _bootlatch_v1_RemoveMachineRequest__Output } from '../../bootlatch/v1/RemoveMachineRequest.ts';
import type { RemoveMachineResponse as _bootlatch_v1_RemoveMachineResponse, RemoveMachineResponse__Output as _bootlatch_v1_RemoveMachineResponse__Output } from '../../bootlatch/v1/RemoveMachineResponse.ts';
import type { ServerStatus as _bootlatch_v1_ServerStatus, ServerStatus__Output as _bootlatch_v1_ServerStatus__Output } from '../../bootlatch/v1/ServerStatus.ts';
import type { SettleForkRequest as _bootlatch_v1_SettleForkRequest, SettleForkRequest__Output as _bootlatch_v1_SettleForkRequest__Output } from '../../bootlatch/v1/SettleForkRequest.ts';
import type { ShowDecisionRequest as _bootlatch_v1_ShowDecisionRequest, ShowDecisionRequest__Output as _bootlatch_v1_ShowDecisionRequest__Output } from '../../bootlatch/v1/ShowDecisionRequest.ts';
import type { ShowPolicyRequest as _bootlatch_v1_ShowPolicyRequest, ShowPolicyRequest__Output as _bootlatch_v1_ShowPolicyRequest__Output } from '../../bootlatch/v1/ShowPolicyRequest.ts';
import type { ShowProposalRequest as _bootlatch_v1_ShowProposalRequest, ShowProposalRequest__Output as _bootlatch_v1_ShowProposalRequest__Output } from '../../bootlatch/v1/ShowProposalRequest.ts';
import type { UnlockMachineRequest as _bootlatch_v1_UnlockMachineRequest, UnlockMachineRequest__Output as _bootlatch_v1_UnlockMachineRequest__Output } from '../../bootlatch/v1/UnlockMachineRequest.ts';
import type { WithdrawAnnouncementRequest as _bootlatch_v1_WithdrawAnnouncementRequest, WithdrawAnnouncementRequest__Output as _bootlatch_v1_WithdrawAnnouncementRequest__Output } from '../../bootlatch/v1/WithdrawAnnouncementRequest.ts';
import type { WithdrawAnnouncementResponse as _bootlatch_v1_WithdrawAnnouncementResponse, WithdrawAnnouncementResponse__Output as _bootlatch_v1_WithdrawAnnouncementResponse__Output } from '../../bootlatch/v1/WithdrawAnnouncementResponse.ts';
import type { WithdrawProposalRequest as _bootlatch_v1_WithdrawProposalRequest, WithdrawProposalRequest__Output as _bootlatch_v1_WithdrawProposalRequest__Output } from '../../bootlatch/v1/WithdrawProposalRequest.ts';
import type { WithdrawProposalResponse as _bootlatch_v1_WithdrawProposalResponse, WithdrawProposalResponse__Output as _bootlatch_v1_WithdrawProposalResponse__Output } from '../../bootlatch/v1/WithdrawProposalResponse.ts';

/**
 * The operators' service. Served on the main listener, to the holder of a live operator certificate.
 */
export interface AdminClient extends grpc.Client {
  /**
   * Accepts a pending machine, or, with `decision`, the one held boot that decision names.
   */
  AcceptMachine(argument: _bootlatch_v1_AcceptMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  AcceptMachine(argument: _bootlatch_v1_AcceptMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  AcceptMachine(argument: _bootlatch_v1_AcceptMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  AcceptMachine(argument: _bootlatch_v1_AcceptMachineRequest, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  /**
   * Accepts a pending machine, or, with `decision`, the one held boot that decision names.
   */
  acceptMachine(argument: _bootlatch_v1_AcceptMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  acceptMachine(argument: _bootlatch_v1_AcceptMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  acceptMachine(argument: _bootlatch_v1_AcceptMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  acceptMachine(argument: _bootlatch_v1_AcceptMachineRequest, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  
  /**
   * Puts a document in force, or keeps it until enough engineers have signed it.
   */
  ApplyPolicy(argument: _bootlatch_v1_ApplyPolicyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  ApplyPolicy(argument: _bootlatch_v1_ApplyPolicyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  ApplyPolicy(argument: _bootlatch_v1_ApplyPolicyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  ApplyPolicy(argument: _bootlatch_v1_ApplyPolicyRequest, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  /**
   * Puts a document in force, or keeps it until enough engineers have signed it.
   */
  applyPolicy(argument: _bootlatch_v1_ApplyPolicyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  applyPolicy(argument: _bootlatch_v1_ApplyPolicyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  applyPolicy(argument: _bootlatch_v1_ApplyPolicyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  applyPolicy(argument: _bootlatch_v1_ApplyPolicyRequest, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  
  /**
   * A signed statement, for somebody else, that the boot of a decision was accepted. Only while it is the machine's newest.
   */
  AttestDecision(argument: _bootlatch_v1_AttestDecisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  AttestDecision(argument: _bootlatch_v1_AttestDecisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  AttestDecision(argument: _bootlatch_v1_AttestDecisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  AttestDecision(argument: _bootlatch_v1_AttestDecisionRequest, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  /**
   * A signed statement, for somebody else, that the boot of a decision was accepted. Only while it is the machine's newest.
   */
  attestDecision(argument: _bootlatch_v1_AttestDecisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  attestDecision(argument: _bootlatch_v1_AttestDecisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  attestDecision(argument: _bootlatch_v1_AttestDecisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  attestDecision(argument: _bootlatch_v1_AttestDecisionRequest, callback: grpc.requestCallback<_bootlatch_v1_AttestationToken__Output>): grpc.ClientUnaryCall;
  
  /**
   * A person's word for where the machine's TPM stands, on record; it counts until the machine has another TPM.
   */
  ChangeTier(argument: _bootlatch_v1_ChangeTierRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  ChangeTier(argument: _bootlatch_v1_ChangeTierRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  ChangeTier(argument: _bootlatch_v1_ChangeTierRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  ChangeTier(argument: _bootlatch_v1_ChangeTierRequest, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  /**
   * A person's word for where the machine's TPM stands, on record; it counts until the machine has another TPM.
   */
  changeTier(argument: _bootlatch_v1_ChangeTierRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  changeTier(argument: _bootlatch_v1_ChangeTierRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  changeTier(argument: _bootlatch_v1_ChangeTierRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  changeTier(argument: _bootlatch_v1_ChangeTierRequest, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  
  /**
   * What is different in the second of two boots with verified evidence, in words.
   */
  DiffBoots(argument: _bootlatch_v1_DiffBootsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_DiffBootsResponse__Output>): grpc.ClientUnaryCall;
  DiffBoots(argument: _bootlatch_v1_DiffBootsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_DiffBootsResponse__Output>): grpc.ClientUnaryCall;
  DiffBoots(argument: _bootlatch_v1_DiffBootsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_DiffBootsResponse__Output>): grpc.ClientUnaryCall;
  DiffBoots(argument: _bootlatch_v1_DiffBootsRequest, callback: grpc.requestCallback<_bootlatch_v1_DiffBootsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * What is different in the second of two boots with verified evidence, in words.
   */
  diffBoots(argument: _bootlatch_v1_DiffBootsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_DiffBootsResponse__Output>): grpc.ClientUnaryCall;
  diffBoots(argument: _bootlatch_v1_DiffBootsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_DiffBootsResponse__Output>): grpc.ClientUnaryCall;
  diffBoots(argument: _bootlatch_v1_DiffBootsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_DiffBootsResponse__Output>): grpc.ClientUnaryCall;
  diffBoots(argument: _bootlatch_v1_DiffBootsRequest, callback: grpc.requestCallback<_bootlatch_v1_DiffBootsResponse__Output>): grpc.ClientUnaryCall;
  
  GetServerStatus(argument: _bootlatch_v1_GetServerStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ServerStatus__Output>): grpc.ClientUnaryCall;
  GetServerStatus(argument: _bootlatch_v1_GetServerStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ServerStatus__Output>): grpc.ClientUnaryCall;
  GetServerStatus(argument: _bootlatch_v1_GetServerStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ServerStatus__Output>): grpc.ClientUnaryCall;
  GetServerStatus(argument: _bootlatch_v1_GetServerStatusRequest, callback: grpc.requestCallback<_bootlatch_v1_ServerStatus__Output>): grpc.ClientUnaryCall;
  getServerStatus(argument: _bootlatch_v1_GetServerStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ServerStatus__Output>): grpc.ClientUnaryCall;
  getServerStatus(argument: _bootlatch_v1_GetServerStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ServerStatus__Output>): grpc.ClientUnaryCall;
  getServerStatus(argument: _bootlatch_v1_GetServerStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ServerStatus__Output>): grpc.ClientUnaryCall;
  getServerStatus(argument: _bootlatch_v1_GetServerStatusRequest, callback: grpc.requestCallback<_bootlatch_v1_ServerStatus__Output>): grpc.ClientUnaryCall;
  
  InviteMachine(argument: _bootlatch_v1_InviteMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_InviteMachineResponse__Output>): grpc.ClientUnaryCall;
  InviteMachine(argument: _bootlatch_v1_InviteMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_InviteMachineResponse__Output>): grpc.ClientUnaryCall;
  InviteMachine(argument: _bootlatch_v1_InviteMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_InviteMachineResponse__Output>): grpc.ClientUnaryCall;
  InviteMachine(argument: _bootlatch_v1_InviteMachineRequest, callback: grpc.requestCallback<_bootlatch_v1_InviteMachineResponse__Output>): grpc.ClientUnaryCall;
  inviteMachine(argument: _bootlatch_v1_InviteMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_InviteMachineResponse__Output>): grpc.ClientUnaryCall;
  inviteMachine(argument: _bootlatch_v1_InviteMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_InviteMachineResponse__Output>): grpc.ClientUnaryCall;
  inviteMachine(argument: _bootlatch_v1_InviteMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_InviteMachineResponse__Output>): grpc.ClientUnaryCall;
  inviteMachine(argument: _bootlatch_v1_InviteMachineRequest, callback: grpc.requestCallback<_bootlatch_v1_InviteMachineResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Writes the BootPolicy that the newest accepted boot of a machine would satisfy. Nothing is applied.
   */
  LearnPolicy(argument: _bootlatch_v1_LearnPolicyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_LearnPolicyResponse__Output>): grpc.ClientUnaryCall;
  LearnPolicy(argument: _bootlatch_v1_LearnPolicyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_LearnPolicyResponse__Output>): grpc.ClientUnaryCall;
  LearnPolicy(argument: _bootlatch_v1_LearnPolicyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_LearnPolicyResponse__Output>): grpc.ClientUnaryCall;
  LearnPolicy(argument: _bootlatch_v1_LearnPolicyRequest, callback: grpc.requestCallback<_bootlatch_v1_LearnPolicyResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Writes the BootPolicy that the newest accepted boot of a machine would satisfy. Nothing is applied.
   */
  learnPolicy(argument: _bootlatch_v1_LearnPolicyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_LearnPolicyResponse__Output>): grpc.ClientUnaryCall;
  learnPolicy(argument: _bootlatch_v1_LearnPolicyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_LearnPolicyResponse__Output>): grpc.ClientUnaryCall;
  learnPolicy(argument: _bootlatch_v1_LearnPolicyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_LearnPolicyResponse__Output>): grpc.ClientUnaryCall;
  learnPolicy(argument: _bootlatch_v1_LearnPolicyRequest, callback: grpc.requestCallback<_bootlatch_v1_LearnPolicyResponse__Output>): grpc.ClientUnaryCall;
  
  ListAnnouncements(argument: _bootlatch_v1_ListAnnouncementsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListAnnouncementsResponse__Output>): grpc.ClientUnaryCall;
  ListAnnouncements(argument: _bootlatch_v1_ListAnnouncementsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListAnnouncementsResponse__Output>): grpc.ClientUnaryCall;
  ListAnnouncements(argument: _bootlatch_v1_ListAnnouncementsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListAnnouncementsResponse__Output>): grpc.ClientUnaryCall;
  ListAnnouncements(argument: _bootlatch_v1_ListAnnouncementsRequest, callback: grpc.requestCallback<_bootlatch_v1_ListAnnouncementsResponse__Output>): grpc.ClientUnaryCall;
  listAnnouncements(argument: _bootlatch_v1_ListAnnouncementsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListAnnouncementsResponse__Output>): grpc.ClientUnaryCall;
  listAnnouncements(argument: _bootlatch_v1_ListAnnouncementsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListAnnouncementsResponse__Output>): grpc.ClientUnaryCall;
  listAnnouncements(argument: _bootlatch_v1_ListAnnouncementsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListAnnouncementsResponse__Output>): grpc.ClientUnaryCall;
  listAnnouncements(argument: _bootlatch_v1_ListAnnouncementsRequest, callback: grpc.requestCallback<_bootlatch_v1_ListAnnouncementsResponse__Output>): grpc.ClientUnaryCall;
  
  ListDecisions(argument: _bootlatch_v1_ListDecisionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  ListDecisions(argument: _bootlatch_v1_ListDecisionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  ListDecisions(argument: _bootlatch_v1_ListDecisionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  ListDecisions(argument: _bootlatch_v1_ListDecisionsRequest, callback: grpc.requestCallback<_bootlatch_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  listDecisions(argument: _bootlatch_v1_ListDecisionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  listDecisions(argument: _bootlatch_v1_ListDecisionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  listDecisions(argument: _bootlatch_v1_ListDecisionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  listDecisions(argument: _bootlatch_v1_ListDecisionsRequest, callback: grpc.requestCallback<_bootlatch_v1_ListDecisionsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Metadata only; no call of this service returns a key.
   */
  ListKeys(argument: _bootlatch_v1_ListKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  ListKeys(argument: _bootlatch_v1_ListKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  ListKeys(argument: _bootlatch_v1_ListKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  ListKeys(argument: _bootlatch_v1_ListKeysRequest, callback: grpc.requestCallback<_bootlatch_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Metadata only; no call of this service returns a key.
   */
  listKeys(argument: _bootlatch_v1_ListKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _bootlatch_v1_ListKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _bootlatch_v1_ListKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _bootlatch_v1_ListKeysRequest, callback: grpc.requestCallback<_bootlatch_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  
  ListMachines(argument: _bootlatch_v1_ListMachinesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  ListMachines(argument: _bootlatch_v1_ListMachinesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  ListMachines(argument: _bootlatch_v1_ListMachinesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  ListMachines(argument: _bootlatch_v1_ListMachinesRequest, callback: grpc.requestCallback<_bootlatch_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  listMachines(argument: _bootlatch_v1_ListMachinesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  listMachines(argument: _bootlatch_v1_ListMachinesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  listMachines(argument: _bootlatch_v1_ListMachinesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  listMachines(argument: _bootlatch_v1_ListMachinesRequest, callback: grpc.requestCallback<_bootlatch_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  
  ListPolicies(argument: _bootlatch_v1_ListPoliciesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  ListPolicies(argument: _bootlatch_v1_ListPoliciesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  ListPolicies(argument: _bootlatch_v1_ListPoliciesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  ListPolicies(argument: _bootlatch_v1_ListPoliciesRequest, callback: grpc.requestCallback<_bootlatch_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  listPolicies(argument: _bootlatch_v1_ListPoliciesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  listPolicies(argument: _bootlatch_v1_ListPoliciesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  listPolicies(argument: _bootlatch_v1_ListPoliciesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  listPolicies(argument: _bootlatch_v1_ListPoliciesRequest, callback: grpc.requestCallback<_bootlatch_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Every version of a name, the newest first, without the documents.
   */
  ListPolicyVersions(argument: _bootlatch_v1_ListPolicyVersionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListPolicyVersionsResponse__Output>): grpc.ClientUnaryCall;
  ListPolicyVersions(argument: _bootlatch_v1_ListPolicyVersionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListPolicyVersionsResponse__Output>): grpc.ClientUnaryCall;
  ListPolicyVersions(argument: _bootlatch_v1_ListPolicyVersionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListPolicyVersionsResponse__Output>): grpc.ClientUnaryCall;
  ListPolicyVersions(argument: _bootlatch_v1_ListPolicyVersionsRequest, callback: grpc.requestCallback<_bootlatch_v1_ListPolicyVersionsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Every version of a name, the newest first, without the documents.
   */
  listPolicyVersions(argument: _bootlatch_v1_ListPolicyVersionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListPolicyVersionsResponse__Output>): grpc.ClientUnaryCall;
  listPolicyVersions(argument: _bootlatch_v1_ListPolicyVersionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListPolicyVersionsResponse__Output>): grpc.ClientUnaryCall;
  listPolicyVersions(argument: _bootlatch_v1_ListPolicyVersionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListPolicyVersionsResponse__Output>): grpc.ClientUnaryCall;
  listPolicyVersions(argument: _bootlatch_v1_ListPolicyVersionsRequest, callback: grpc.requestCallback<_bootlatch_v1_ListPolicyVersionsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Documents that wait for signatures, the oldest first, without their text.
   */
  ListProposals(argument: _bootlatch_v1_ListProposalsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  ListProposals(argument: _bootlatch_v1_ListProposalsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  ListProposals(argument: _bootlatch_v1_ListProposalsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  ListProposals(argument: _bootlatch_v1_ListProposalsRequest, callback: grpc.requestCallback<_bootlatch_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Documents that wait for signatures, the oldest first, without their text.
   */
  listProposals(argument: _bootlatch_v1_ListProposalsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  listProposals(argument: _bootlatch_v1_ListProposalsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  listProposals(argument: _bootlatch_v1_ListProposalsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  listProposals(argument: _bootlatch_v1_ListProposalsRequest, callback: grpc.requestCallback<_bootlatch_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  
  LockMachine(argument: _bootlatch_v1_LockMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  LockMachine(argument: _bootlatch_v1_LockMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  LockMachine(argument: _bootlatch_v1_LockMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  LockMachine(argument: _bootlatch_v1_LockMachineRequest, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  lockMachine(argument: _bootlatch_v1_LockMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  lockMachine(argument: _bootlatch_v1_LockMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  lockMachine(argument: _bootlatch_v1_LockMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  lockMachine(argument: _bootlatch_v1_LockMachineRequest, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  
  /**
   * What would become of the newest recorded boots of every machine if the document were applied. Nothing is applied.
   */
  PreviewPolicy(argument: _bootlatch_v1_PreviewPolicyRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_bootlatch_v1_PreviewPolicyEvent__Output>;
  PreviewPolicy(argument: _bootlatch_v1_PreviewPolicyRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_bootlatch_v1_PreviewPolicyEvent__Output>;
  /**
   * What would become of the newest recorded boots of every machine if the document were applied. Nothing is applied.
   */
  previewPolicy(argument: _bootlatch_v1_PreviewPolicyRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_bootlatch_v1_PreviewPolicyEvent__Output>;
  previewPolicy(argument: _bootlatch_v1_PreviewPolicyRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_bootlatch_v1_PreviewPolicyEvent__Output>;
  
  /**
   * The smallest change of the policy in force that would have let the boot of a decision through. Nothing is applied.
   */
  ProposePolicy(argument: _bootlatch_v1_ProposePolicyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ProposePolicyResponse__Output>): grpc.ClientUnaryCall;
  ProposePolicy(argument: _bootlatch_v1_ProposePolicyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ProposePolicyResponse__Output>): grpc.ClientUnaryCall;
  ProposePolicy(argument: _bootlatch_v1_ProposePolicyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ProposePolicyResponse__Output>): grpc.ClientUnaryCall;
  ProposePolicy(argument: _bootlatch_v1_ProposePolicyRequest, callback: grpc.requestCallback<_bootlatch_v1_ProposePolicyResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The smallest change of the policy in force that would have let the boot of a decision through. Nothing is applied.
   */
  proposePolicy(argument: _bootlatch_v1_ProposePolicyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ProposePolicyResponse__Output>): grpc.ClientUnaryCall;
  proposePolicy(argument: _bootlatch_v1_ProposePolicyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_ProposePolicyResponse__Output>): grpc.ClientUnaryCall;
  proposePolicy(argument: _bootlatch_v1_ProposePolicyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_ProposePolicyResponse__Output>): grpc.ClientUnaryCall;
  proposePolicy(argument: _bootlatch_v1_ProposePolicyRequest, callback: grpc.requestCallback<_bootlatch_v1_ProposePolicyResponse__Output>): grpc.ClientUnaryCall;
  
  RemoveMachine(argument: _bootlatch_v1_RemoveMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_RemoveMachineResponse__Output>): grpc.ClientUnaryCall;
  RemoveMachine(argument: _bootlatch_v1_RemoveMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_RemoveMachineResponse__Output>): grpc.ClientUnaryCall;
  RemoveMachine(argument: _bootlatch_v1_RemoveMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_RemoveMachineResponse__Output>): grpc.ClientUnaryCall;
  RemoveMachine(argument: _bootlatch_v1_RemoveMachineRequest, callback: grpc.requestCallback<_bootlatch_v1_RemoveMachineResponse__Output>): grpc.ClientUnaryCall;
  removeMachine(argument: _bootlatch_v1_RemoveMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_RemoveMachineResponse__Output>): grpc.ClientUnaryCall;
  removeMachine(argument: _bootlatch_v1_RemoveMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_RemoveMachineResponse__Output>): grpc.ClientUnaryCall;
  removeMachine(argument: _bootlatch_v1_RemoveMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_RemoveMachineResponse__Output>): grpc.ClientUnaryCall;
  removeMachine(argument: _bootlatch_v1_RemoveMachineRequest, callback: grpc.requestCallback<_bootlatch_v1_RemoveMachineResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Decides a fork for the side whose held request the decision names; that side is re-keyed, the other revoked.
   */
  SettleFork(argument: _bootlatch_v1_SettleForkRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  SettleFork(argument: _bootlatch_v1_SettleForkRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  SettleFork(argument: _bootlatch_v1_SettleForkRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  SettleFork(argument: _bootlatch_v1_SettleForkRequest, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  /**
   * Decides a fork for the side whose held request the decision names; that side is re-keyed, the other revoked.
   */
  settleFork(argument: _bootlatch_v1_SettleForkRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  settleFork(argument: _bootlatch_v1_SettleForkRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  settleFork(argument: _bootlatch_v1_SettleForkRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  settleFork(argument: _bootlatch_v1_SettleForkRequest, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  
  ShowDecision(argument: _bootlatch_v1_ShowDecisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_DecisionDetail__Output>): grpc.ClientUnaryCall;
  ShowDecision(argument: _bootlatch_v1_ShowDecisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_DecisionDetail__Output>): grpc.ClientUnaryCall;
  ShowDecision(argument: _bootlatch_v1_ShowDecisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_DecisionDetail__Output>): grpc.ClientUnaryCall;
  ShowDecision(argument: _bootlatch_v1_ShowDecisionRequest, callback: grpc.requestCallback<_bootlatch_v1_DecisionDetail__Output>): grpc.ClientUnaryCall;
  showDecision(argument: _bootlatch_v1_ShowDecisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_DecisionDetail__Output>): grpc.ClientUnaryCall;
  showDecision(argument: _bootlatch_v1_ShowDecisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_DecisionDetail__Output>): grpc.ClientUnaryCall;
  showDecision(argument: _bootlatch_v1_ShowDecisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_DecisionDetail__Output>): grpc.ClientUnaryCall;
  showDecision(argument: _bootlatch_v1_ShowDecisionRequest, callback: grpc.requestCallback<_bootlatch_v1_DecisionDetail__Output>): grpc.ClientUnaryCall;
  
  /**
   * The rules that hold for a machine now, and the documents that state them.
   */
  ShowEffectivePolicy(argument: _bootlatch_v1_MachineReference, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_EffectivePolicy__Output>): grpc.ClientUnaryCall;
  ShowEffectivePolicy(argument: _bootlatch_v1_MachineReference, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_EffectivePolicy__Output>): grpc.ClientUnaryCall;
  ShowEffectivePolicy(argument: _bootlatch_v1_MachineReference, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_EffectivePolicy__Output>): grpc.ClientUnaryCall;
  ShowEffectivePolicy(argument: _bootlatch_v1_MachineReference, callback: grpc.requestCallback<_bootlatch_v1_EffectivePolicy__Output>): grpc.ClientUnaryCall;
  /**
   * The rules that hold for a machine now, and the documents that state them.
   */
  showEffectivePolicy(argument: _bootlatch_v1_MachineReference, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_EffectivePolicy__Output>): grpc.ClientUnaryCall;
  showEffectivePolicy(argument: _bootlatch_v1_MachineReference, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_EffectivePolicy__Output>): grpc.ClientUnaryCall;
  showEffectivePolicy(argument: _bootlatch_v1_MachineReference, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_EffectivePolicy__Output>): grpc.ClientUnaryCall;
  showEffectivePolicy(argument: _bootlatch_v1_MachineReference, callback: grpc.requestCallback<_bootlatch_v1_EffectivePolicy__Output>): grpc.ClientUnaryCall;
  
  ShowMachine(argument: _bootlatch_v1_MachineReference, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  ShowMachine(argument: _bootlatch_v1_MachineReference, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  ShowMachine(argument: _bootlatch_v1_MachineReference, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  ShowMachine(argument: _bootlatch_v1_MachineReference, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  showMachine(argument: _bootlatch_v1_MachineReference, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  showMachine(argument: _bootlatch_v1_MachineReference, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  showMachine(argument: _bootlatch_v1_MachineReference, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  showMachine(argument: _bootlatch_v1_MachineReference, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  
  ShowPolicy(argument: _bootlatch_v1_ShowPolicyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  ShowPolicy(argument: _bootlatch_v1_ShowPolicyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  ShowPolicy(argument: _bootlatch_v1_ShowPolicyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  ShowPolicy(argument: _bootlatch_v1_ShowPolicyRequest, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  showPolicy(argument: _bootlatch_v1_ShowPolicyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  showPolicy(argument: _bootlatch_v1_ShowPolicyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  showPolicy(argument: _bootlatch_v1_ShowPolicyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  showPolicy(argument: _bootlatch_v1_ShowPolicyRequest, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  
  ShowProposal(argument: _bootlatch_v1_ShowProposalRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  ShowProposal(argument: _bootlatch_v1_ShowProposalRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  ShowProposal(argument: _bootlatch_v1_ShowProposalRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  ShowProposal(argument: _bootlatch_v1_ShowProposalRequest, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  showProposal(argument: _bootlatch_v1_ShowProposalRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  showProposal(argument: _bootlatch_v1_ShowProposalRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  showProposal(argument: _bootlatch_v1_ShowProposalRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  showProposal(argument: _bootlatch_v1_ShowProposalRequest, callback: grpc.requestCallback<_bootlatch_v1_Policy__Output>): grpc.ClientUnaryCall;
  
  UnlockMachine(argument: _bootlatch_v1_UnlockMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  UnlockMachine(argument: _bootlatch_v1_UnlockMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  UnlockMachine(argument: _bootlatch_v1_UnlockMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  UnlockMachine(argument: _bootlatch_v1_UnlockMachineRequest, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  unlockMachine(argument: _bootlatch_v1_UnlockMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  unlockMachine(argument: _bootlatch_v1_UnlockMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  unlockMachine(argument: _bootlatch_v1_UnlockMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  unlockMachine(argument: _bootlatch_v1_UnlockMachineRequest, callback: grpc.requestCallback<_bootlatch_v1_MachineDetail__Output>): grpc.ClientUnaryCall;
  
  /**
   * Ends an announcement before its time.
   */
  WithdrawAnnouncement(argument: _bootlatch_v1_WithdrawAnnouncementRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_WithdrawAnnouncementResponse__Output>): grpc.ClientUnaryCall;
  WithdrawAnnouncement(argument: _bootlatch_v1_WithdrawAnnouncementRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_WithdrawAnnouncementResponse__Output>): grpc.ClientUnaryCall;
  WithdrawAnnouncement(argument: _bootlatch_v1_WithdrawAnnouncementRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_WithdrawAnnouncementResponse__Output>): grpc.ClientUnaryCall;
  WithdrawAnnouncement(argument: _bootlatch_v1_WithdrawAnnouncementRequest, callback: grpc.requestCallback<_bootlatch_v1_WithdrawAnnouncementResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Ends an announcement before its time.
   */
  withdrawAnnouncement(argument: _bootlatch_v1_WithdrawAnnouncementRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_WithdrawAnnouncementResponse__Output>): grpc.ClientUnaryCall;
  withdrawAnnouncement(argument: _bootlatch_v1_WithdrawAnnouncementRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_WithdrawAnnouncementResponse__Output>): grpc.ClientUnaryCall;
  withdrawAnnouncement(argument: _bootlatch_v1_WithdrawAnnouncementRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_WithdrawAnnouncementResponse__Output>): grpc.ClientUnaryCall;
  withdrawAnnouncement(argument: _bootlatch_v1_WithdrawAnnouncementRequest, callback: grpc.requestCallback<_bootlatch_v1_WithdrawAnnouncementResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes back a document that waits for signatures.
   */
  WithdrawProposal(argument: _bootlatch_v1_WithdrawProposalRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_WithdrawProposalResponse__Output>): grpc.ClientUnaryCall;
  WithdrawProposal(argument: _bootlatch_v1_WithdrawProposalRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_WithdrawProposalResponse__Output>): grpc.ClientUnaryCall;
  WithdrawProposal(argument: _bootlatch_v1_WithdrawProposalRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_WithdrawProposalResponse__Output>): grpc.ClientUnaryCall;
  WithdrawProposal(argument: _bootlatch_v1_WithdrawProposalRequest, callback: grpc.requestCallback<_bootlatch_v1_WithdrawProposalResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Takes back a document that waits for signatures.
   */
  withdrawProposal(argument: _bootlatch_v1_WithdrawProposalRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_WithdrawProposalResponse__Output>): grpc.ClientUnaryCall;
  withdrawProposal(argument: _bootlatch_v1_WithdrawProposalRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_bootlatch_v1_WithdrawProposalResponse__Output>): grpc.ClientUnaryCall;
  withdrawProposal(argument: _bootlatch_v1_WithdrawProposalRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_bootlatch_v1_WithdrawProposalResponse__Output>): grpc.ClientUnaryCall;
  withdrawProposal(argument: _bootlatch_v1_WithdrawProposalRequest, callback: grpc.requestCallback<_bootlatch_v1_WithdrawProposalResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * The operators' service. Served on the main listener, to the holder of a live operator certificate.
 */
export interface AdminHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Accepts a pending machine, or, with `decision`, the one held boot that decision names.
   */
  AcceptMachine: grpc.handleUnaryCall<_bootlatch_v1_AcceptMachineRequest__Output, _bootlatch_v1_MachineDetail>;
  
  /**
   * Puts a document in force, or keeps it until enough engineers have signed it.
   */
  ApplyPolicy: grpc.handleUnaryCall<_bootlatch_v1_ApplyPolicyRequest__Output, _bootlatch_v1_Policy>;
  
  /**
   * A signed statement, for somebody else, that the boot of a decision was accepted. Only while it is the machine's newest.
   */
  AttestDecision: grpc.handleUnaryCall<_bootlatch_v1_AttestDecisionRequest__Output, _bootlatch_v1_AttestationToken>;
  
  /**
   * A person's word for where the machine's TPM stands, on record; it counts until the machine has another TPM.
   */
  ChangeTier: grpc.handleUnaryCall<_bootlatch_v1_ChangeTierRequest__Output, _bootlatch_v1_MachineDetail>;
  
  /**
   * What is different in the second of two boots with verified evidence, in words.
   */
  DiffBoots: grpc.handleUnaryCall<_bootlatch_v1_DiffBootsRequest__Output, _bootlatch_v1_DiffBootsResponse>;
  
  GetServerStatus: grpc.handleUnaryCall<_bootlatch_v1_GetServerStatusRequest__Output, _bootlatch_v1_ServerStatus>;
  
  InviteMachine: grpc.handleUnaryCall<_bootlatch_v1_InviteMachineRequest__Output, _bootlatch_v1_InviteMachineResponse>;
  
  /**
   * Writes the BootPolicy that the newest accepted boot of a machine would satisfy. Nothing is applied.
   */
  LearnPolicy: grpc.handleUnaryCall<_bootlatch_v1_LearnPolicyRequest__Output, _bootlatch_v1_LearnPolicyResponse>;
  
  ListAnnouncements: grpc.handleUnaryCall<_bootlatch_v1_ListAnnouncementsRequest__Output, _bootlatch_v1_ListAnnouncementsResponse>;
  
  ListDecisions: grpc.handleUnaryCall<_bootlatch_v1_ListDecisionsRequest__Output, _bootlatch_v1_ListDecisionsResponse>;
  
  /**
   * Metadata only; no call of this service returns a key.
   */
  ListKeys: grpc.handleUnaryCall<_bootlatch_v1_ListKeysRequest__Output, _bootlatch_v1_ListKeysResponse>;
  
  ListMachines: grpc.handleUnaryCall<_bootlatch_v1_ListMachinesRequest__Output, _bootlatch_v1_ListMachinesResponse>;
  
  ListPolicies: grpc.handleUnaryCall<_bootlatch_v1_ListPoliciesRequest__Output, _bootlatch_v1_ListPoliciesResponse>;
  
  /**
   * Every version of a name, the newest first, without the documents.
   */
  ListPolicyVersions: grpc.handleUnaryCall<_bootlatch_v1_ListPolicyVersionsRequest__Output, _bootlatch_v1_ListPolicyVersionsResponse>;
  
  /**
   * Documents that wait for signatures, the oldest first, without their text.
   */
  ListProposals: grpc.handleUnaryCall<_bootlatch_v1_ListProposalsRequest__Output, _bootlatch_v1_ListProposalsResponse>;
  
  LockMachine: grpc.handleUnaryCall<_bootlatch_v1_LockMachineRequest__Output, _bootlatch_v1_MachineDetail>;
  
  /**
   * What would become of the newest recorded boots of every machine if the document were applied. Nothing is applied.
   */
  PreviewPolicy: grpc.handleServerStreamingCall<_bootlatch_v1_PreviewPolicyRequest__Output, _bootlatch_v1_PreviewPolicyEvent>;
  
  /**
   * The smallest change of the policy in force that would have let the boot of a decision through. Nothing is applied.
   */
  ProposePolicy: grpc.handleUnaryCall<_bootlatch_v1_ProposePolicyRequest__Output, _bootlatch_v1_ProposePolicyResponse>;
  
  RemoveMachine: grpc.handleUnaryCall<_bootlatch_v1_RemoveMachineRequest__Output, _bootlatch_v1_RemoveMachineResponse>;
  
  /**
   * Decides a fork for the side whose held request the decision names; that side is re-keyed, the other revoked.
   */
  SettleFork: grpc.handleUnaryCall<_bootlatch_v1_SettleForkRequest__Output, _bootlatch_v1_MachineDetail>;
  
  ShowDecision: grpc.handleUnaryCall<_bootlatch_v1_ShowDecisionRequest__Output, _bootlatch_v1_DecisionDetail>;
  
  /**
   * The rules that hold for a machine now, and the documents that state them.
   */
  ShowEffectivePolicy: grpc.handleUnaryCall<_bootlatch_v1_MachineReference__Output, _bootlatch_v1_EffectivePolicy>;
  
  ShowMachine: grpc.handleUnaryCall<_bootlatch_v1_MachineReference__Output, _bootlatch_v1_MachineDetail>;
  
  ShowPolicy: grpc.handleUnaryCall<_bootlatch_v1_ShowPolicyRequest__Output, _bootlatch_v1_Policy>;
  
  ShowProposal: grpc.handleUnaryCall<_bootlatch_v1_ShowProposalRequest__Output, _bootlatch_v1_Policy>;
  
  UnlockMachine: grpc.handleUnaryCall<_bootlatch_v1_UnlockMachineRequest__Output, _bootlatch_v1_MachineDetail>;
  
  /**
   * Ends an announcement before its time.
   */
  WithdrawAnnouncement: grpc.handleUnaryCall<_bootlatch_v1_WithdrawAnnouncementRequest__Output, _bootlatch_v1_WithdrawAnnouncementResponse>;
  
  /**
   * Takes back a document that waits for signatures.
   */
  WithdrawProposal: grpc.handleUnaryCall<_bootlatch_v1_WithdrawProposalRequest__Output, _bootlatch_v1_WithdrawProposalResponse>;
  
}

export interface AdminDefinition extends grpc.ServiceDefinition {
  AcceptMachine: MethodDefinition<_bootlatch_v1_AcceptMachineRequest, _bootlatch_v1_MachineDetail, _bootlatch_v1_AcceptMachineRequest__Output, _bootlatch_v1_MachineDetail__Output>
  ApplyPolicy: MethodDefinition<_bootlatch_v1_ApplyPolicyRequest, _bootlatch_v1_Policy, _bootlatch_v1_ApplyPolicyRequest__Output, _bootlatch_v1_Policy__Output>
  AttestDecision: MethodDefinition<_bootlatch_v1_AttestDecisionRequest, _bootlatch_v1_AttestationToken, _bootlatch_v1_AttestDecisionRequest__Output, _bootlatch_v1_AttestationToken__Output>
  ChangeTier: MethodDefinition<_bootlatch_v1_ChangeTierRequest, _bootlatch_v1_MachineDetail, _bootlatch_v1_ChangeTierRequest__Output, _bootlatch_v1_MachineDetail__Output>
  DiffBoots: MethodDefinition<_bootlatch_v1_DiffBootsRequest, _bootlatch_v1_DiffBootsResponse, _bootlatch_v1_DiffBootsRequest__Output, _bootlatch_v1_DiffBootsResponse__Output>
  GetServerStatus: MethodDefinition<_bootlatch_v1_GetServerStatusRequest, _bootlatch_v1_ServerStatus, _bootlatch_v1_GetServerStatusRequest__Output, _bootlatch_v1_ServerStatus__Output>
  InviteMachine: MethodDefinition<_bootlatch_v1_InviteMachineRequest, _bootlatch_v1_InviteMachineResponse, _bootlatch_v1_InviteMachineRequest__Output, _bootlatch_v1_InviteMachineResponse__Output>
  LearnPolicy: MethodDefinition<_bootlatch_v1_LearnPolicyRequest, _bootlatch_v1_LearnPolicyResponse, _bootlatch_v1_LearnPolicyRequest__Output, _bootlatch_v1_LearnPolicyResponse__Output>
  ListAnnouncements: MethodDefinition<_bootlatch_v1_ListAnnouncementsRequest, _bootlatch_v1_ListAnnouncementsResponse, _bootlatch_v1_ListAnnouncementsRequest__Output, _bootlatch_v1_ListAnnouncementsResponse__Output>
  ListDecisions: MethodDefinition<_bootlatch_v1_ListDecisionsRequest, _bootlatch_v1_ListDecisionsResponse, _bootlatch_v1_ListDecisionsRequest__Output, _bootlatch_v1_ListDecisionsResponse__Output>
  ListKeys: MethodDefinition<_bootlatch_v1_ListKeysRequest, _bootlatch_v1_ListKeysResponse, _bootlatch_v1_ListKeysRequest__Output, _bootlatch_v1_ListKeysResponse__Output>
  ListMachines: MethodDefinition<_bootlatch_v1_ListMachinesRequest, _bootlatch_v1_ListMachinesResponse, _bootlatch_v1_ListMachinesRequest__Output, _bootlatch_v1_ListMachinesResponse__Output>
  ListPolicies: MethodDefinition<_bootlatch_v1_ListPoliciesRequest, _bootlatch_v1_ListPoliciesResponse, _bootlatch_v1_ListPoliciesRequest__Output, _bootlatch_v1_ListPoliciesResponse__Output>
  ListPolicyVersions: MethodDefinition<_bootlatch_v1_ListPolicyVersionsRequest, _bootlatch_v1_ListPolicyVersionsResponse, _bootlatch_v1_ListPolicyVersionsRequest__Output, _bootlatch_v1_ListPolicyVersionsResponse__Output>
  ListProposals: MethodDefinition<_bootlatch_v1_ListProposalsRequest, _bootlatch_v1_ListProposalsResponse, _bootlatch_v1_ListProposalsRequest__Output, _bootlatch_v1_ListProposalsResponse__Output>
  LockMachine: MethodDefinition<_bootlatch_v1_LockMachineRequest, _bootlatch_v1_MachineDetail, _bootlatch_v1_LockMachineRequest__Output, _bootlatch_v1_MachineDetail__Output>
  PreviewPolicy: MethodDefinition<_bootlatch_v1_PreviewPolicyRequest, _bootlatch_v1_PreviewPolicyEvent, _bootlatch_v1_PreviewPolicyRequest__Output, _bootlatch_v1_PreviewPolicyEvent__Output>
  ProposePolicy: MethodDefinition<_bootlatch_v1_ProposePolicyRequest, _bootlatch_v1_ProposePolicyResponse, _bootlatch_v1_ProposePolicyRequest__Output, _bootlatch_v1_ProposePolicyResponse__Output>
  RemoveMachine: MethodDefinition<_bootlatch_v1_RemoveMachineRequest, _bootlatch_v1_RemoveMachineResponse, _bootlatch_v1_RemoveMachineRequest__Output, _bootlatch_v1_RemoveMachineResponse__Output>
  SettleFork: MethodDefinition<_bootlatch_v1_SettleForkRequest, _bootlatch_v1_MachineDetail, _bootlatch_v1_SettleForkRequest__Output, _bootlatch_v1_MachineDetail__Output>
  ShowDecision: MethodDefinition<_bootlatch_v1_ShowDecisionRequest, _bootlatch_v1_DecisionDetail, _bootlatch_v1_ShowDecisionRequest__Output, _bootlatch_v1_DecisionDetail__Output>
  ShowEffectivePolicy: MethodDefinition<_bootlatch_v1_MachineReference, _bootlatch_v1_EffectivePolicy, _bootlatch_v1_MachineReference__Output, _bootlatch_v1_EffectivePolicy__Output>
  ShowMachine: MethodDefinition<_bootlatch_v1_MachineReference, _bootlatch_v1_MachineDetail, _bootlatch_v1_MachineReference__Output, _bootlatch_v1_MachineDetail__Output>
  ShowPolicy: MethodDefinition<_bootlatch_v1_ShowPolicyRequest, _bootlatch_v1_Policy, _bootlatch_v1_ShowPolicyRequest__Output, _bootlatch_v1_Policy__Output>
  ShowProposal: MethodDefinition<_bootlatch_v1_ShowProposalRequest, _bootlatch_v1_Policy, _bootlatch_v1_ShowProposalRequest__Output, _bootlatch_v1_Policy__Output>
  UnlockMachine: MethodDefinition<_bootlatch_v1_UnlockMachineRequest, _bootlatch_v1_MachineDetail, _bootlatch_v1_UnlockMachineRequest__Output, _bootlatch_v1_MachineDetail__Output>
  WithdrawAnnouncement: MethodDefinition<_bootlatch_v1_WithdrawAnnouncementRequest, _bootlatch_v1_WithdrawAnnouncementResponse, _bootlatch_v1_WithdrawAnnouncementRequest__Output, _bootlatch_v1_WithdrawAnnouncementResponse__Output>
  WithdrawProposal: MethodDefinition<_bootlatch_v1_WithdrawProposalRequest, _bootlatch_v1_WithdrawProposalResponse, _bootlatch_v1_WithdrawProposalRequest__Output, _bootlatch_v1_WithdrawProposalResponse__Output>
}
