/** The descriptor of proto/, as protobufjs writes it. */
export const descriptor: object = {
  "nested": {
    "bootlatch": {
      "nested": {
        "v1": {
          "nested": {
            "Admin": {
              "methods": {
                "GetServerStatus": {
                  "requestType": "GetServerStatusRequest",
                  "responseType": "ServerStatus"
                },
                "InviteMachine": {
                  "requestType": "InviteMachineRequest",
                  "responseType": "InviteMachineResponse"
                },
                "ListMachines": {
                  "requestType": "ListMachinesRequest",
                  "responseType": "ListMachinesResponse"
                },
                "ShowMachine": {
                  "requestType": "MachineReference",
                  "responseType": "MachineDetail"
                },
                "AcceptMachine": {
                  "requestType": "AcceptMachineRequest",
                  "responseType": "MachineDetail"
                },
                "SettleFork": {
                  "requestType": "SettleForkRequest",
                  "responseType": "MachineDetail"
                },
                "LockMachine": {
                  "requestType": "LockMachineRequest",
                  "responseType": "MachineDetail"
                },
                "UnlockMachine": {
                  "requestType": "UnlockMachineRequest",
                  "responseType": "MachineDetail"
                },
                "ChangeTier": {
                  "requestType": "ChangeTierRequest",
                  "responseType": "MachineDetail"
                },
                "RemoveMachine": {
                  "requestType": "RemoveMachineRequest",
                  "responseType": "RemoveMachineResponse"
                },
                "ApplyPolicy": {
                  "requestType": "ApplyPolicyRequest",
                  "responseType": "Policy"
                },
                "ShowPolicy": {
                  "requestType": "ShowPolicyRequest",
                  "responseType": "Policy"
                },
                "ShowEffectivePolicy": {
                  "requestType": "MachineReference",
                  "responseType": "EffectivePolicy"
                },
                "ListPolicies": {
                  "requestType": "ListPoliciesRequest",
                  "responseType": "ListPoliciesResponse"
                },
                "ListPolicyVersions": {
                  "requestType": "ListPolicyVersionsRequest",
                  "responseType": "ListPolicyVersionsResponse"
                },
                "ListProposals": {
                  "requestType": "ListProposalsRequest",
                  "responseType": "ListProposalsResponse"
                },
                "ShowProposal": {
                  "requestType": "ShowProposalRequest",
                  "responseType": "Policy"
                },
                "WithdrawProposal": {
                  "requestType": "WithdrawProposalRequest",
                  "responseType": "WithdrawProposalResponse"
                },
                "ListAnnouncements": {
                  "requestType": "ListAnnouncementsRequest",
                  "responseType": "ListAnnouncementsResponse"
                },
                "WithdrawAnnouncement": {
                  "requestType": "WithdrawAnnouncementRequest",
                  "responseType": "WithdrawAnnouncementResponse"
                },
                "PreviewPolicy": {
                  "requestType": "PreviewPolicyRequest",
                  "responseType": "PreviewPolicyEvent",
                  "responseStream": true
                },
                "ProposePolicy": {
                  "requestType": "ProposePolicyRequest",
                  "responseType": "ProposePolicyResponse"
                },
                "LearnPolicy": {
                  "requestType": "LearnPolicyRequest",
                  "responseType": "LearnPolicyResponse"
                },
                "ListDecisions": {
                  "requestType": "ListDecisionsRequest",
                  "responseType": "ListDecisionsResponse"
                },
                "ShowDecision": {
                  "requestType": "ShowDecisionRequest",
                  "responseType": "DecisionDetail"
                },
                "AttestDecision": {
                  "requestType": "AttestDecisionRequest",
                  "responseType": "AttestationToken"
                },
                "DiffBoots": {
                  "requestType": "DiffBootsRequest",
                  "responseType": "DiffBootsResponse"
                },
                "ListKeys": {
                  "requestType": "ListKeysRequest",
                  "responseType": "ListKeysResponse"
                }
              }
            },
            "GetServerStatusRequest": {
              "fields": {}
            },
            "ServerStatus": {
              "fields": {
                "version": {
                  "type": "string",
                  "id": 1
                },
                "serverId": {
                  "type": "bytes",
                  "id": 2
                },
                "startedUnixMs": {
                  "type": "int64",
                  "id": 3
                },
                "mainAddress": {
                  "type": "string",
                  "id": 4
                },
                "joinAddress": {
                  "type": "string",
                  "id": 5
                },
                "keyProvider": {
                  "type": "string",
                  "id": 6
                },
                "warnings": {
                  "rule": "repeated",
                  "type": "string",
                  "id": 7
                },
                "machines": {
                  "type": "uint32",
                  "id": 8
                },
                "held": {
                  "type": "uint32",
                  "id": 9
                },
                "decisions": {
                  "type": "uint64",
                  "id": 10
                },
                "serverCertificateExpiresUnixMs": {
                  "type": "int64",
                  "id": 11
                },
                "retiredResultKeys": {
                  "rule": "repeated",
                  "type": "RetiredResultKeys",
                  "id": 12
                }
              }
            },
            "RetiredResultKeys": {
              "fields": {
                "keys": {
                  "type": "uint32",
                  "id": 1
                },
                "reason": {
                  "type": "string",
                  "id": 2
                },
                "retiredUnixMs": {
                  "type": "int64",
                  "id": 3
                }
              }
            },
            "InviteMachineRequest": {
              "fields": {
                "name": {
                  "type": "string",
                  "id": 1
                },
                "group": {
                  "type": "string",
                  "id": 2
                },
                "validSeconds": {
                  "type": "uint32",
                  "id": 3
                }
              }
            },
            "InviteMachineResponse": {
              "fields": {
                "token": {
                  "type": "string",
                  "id": 1
                },
                "expiresUnixMs": {
                  "type": "int64",
                  "id": 2
                }
              }
            },
            "MachineState": {
              "values": {
                "MACHINE_STATE_UNSPECIFIED": 0,
                "MACHINE_STATE_ENROLLING": 1,
                "MACHINE_STATE_PENDING": 2,
                "MACHINE_STATE_ACCEPTED": 3,
                "MACHINE_STATE_LOCKED": 4,
                "MACHINE_STATE_FORKED": 5,
                "MACHINE_STATE_REMOVED": 6,
                "MACHINE_STATE_CONFLICT": 7
              }
            },
            "Tier": {
              "values": {
                "TIER_UNSPECIFIED": 0,
                "TIER_T0": 1,
                "TIER_T1": 2,
                "TIER_T2": 3,
                "TIER_T3": 4
              }
            },
            "Machine": {
              "fields": {
                "id": {
                  "type": "bytes",
                  "id": 1
                },
                "name": {
                  "type": "string",
                  "id": 2
                },
                "group": {
                  "type": "string",
                  "id": 3
                },
                "state": {
                  "type": "MachineState",
                  "id": 4
                },
                "tier": {
                  "type": "Tier",
                  "id": 5
                },
                "policy": {
                  "type": "string",
                  "id": 6
                },
                "enrolledUnixMs": {
                  "type": "int64",
                  "id": 7
                },
                "lastBootUnixMs": {
                  "type": "int64",
                  "id": 8
                },
                "lastDecision": {
                  "type": "uint64",
                  "id": 9
                },
                "heldDecision": {
                  "type": "uint64",
                  "id": 10
                },
                "acceptsDiskOnlyIdentity": {
                  "type": "bool",
                  "id": 11
                }
              }
            },
            "ListMachinesRequest": {
              "fields": {}
            },
            "ListMachinesResponse": {
              "fields": {
                "machines": {
                  "rule": "repeated",
                  "type": "Machine",
                  "id": 1
                }
              }
            },
            "MachineReference": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                }
              }
            },
            "MachineDetail": {
              "fields": {
                "machine": {
                  "type": "Machine",
                  "id": 1
                },
                "akName": {
                  "type": "bytes",
                  "id": 2
                },
                "ekNames": {
                  "rule": "repeated",
                  "type": "bytes",
                  "id": 3
                },
                "machineKey": {
                  "type": "bytes",
                  "id": 4
                },
                "stateGeneration": {
                  "type": "uint32",
                  "id": 5
                },
                "recent": {
                  "rule": "repeated",
                  "type": "Decision",
                  "id": 6
                },
                "keys": {
                  "rule": "repeated",
                  "type": "VolumeKey",
                  "id": 7
                },
                "alarms": {
                  "rule": "repeated",
                  "type": "string",
                  "id": 8
                },
                "instance": {
                  "type": "string",
                  "id": 9
                },
                "tierWords": {
                  "rule": "repeated",
                  "type": "TierWord",
                  "id": 10
                },
                "tierWaiting": {
                  "rule": "repeated",
                  "type": "TierWord",
                  "id": 11
                },
                "tierPeople": {
                  "type": "uint32",
                  "id": 12
                },
                "actions": {
                  "rule": "repeated",
                  "type": "OperatorAction",
                  "id": 13
                }
              }
            },
            "TierWord": {
              "fields": {
                "tier": {
                  "type": "Tier",
                  "id": 1
                },
                "operator": {
                  "type": "string",
                  "id": 2
                },
                "reason": {
                  "type": "string",
                  "id": 3
                },
                "saidUnixMs": {
                  "type": "int64",
                  "id": 4
                }
              }
            },
            "OperatorAction": {
              "fields": {
                "action": {
                  "type": "string",
                  "id": 1
                },
                "operator": {
                  "type": "string",
                  "id": 2
                },
                "reason": {
                  "type": "string",
                  "id": 3
                },
                "doneUnixMs": {
                  "type": "int64",
                  "id": 4
                }
              }
            },
            "AcceptMachineRequest": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                },
                "decision": {
                  "type": "uint64",
                  "id": 2
                },
                "reason": {
                  "type": "string",
                  "id": 3
                },
                "expectedAkName": {
                  "type": "bytes",
                  "id": 4
                }
              }
            },
            "SettleForkRequest": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                },
                "decision": {
                  "type": "uint64",
                  "id": 2
                },
                "reason": {
                  "type": "string",
                  "id": 3
                }
              }
            },
            "LockMachineRequest": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                },
                "reason": {
                  "type": "string",
                  "id": 2
                }
              }
            },
            "UnlockMachineRequest": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                },
                "reason": {
                  "type": "string",
                  "id": 2
                }
              }
            },
            "ChangeTierRequest": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                },
                "tier": {
                  "type": "Tier",
                  "id": 2
                },
                "reason": {
                  "type": "string",
                  "id": 3
                },
                "expectedAkName": {
                  "type": "bytes",
                  "id": 4
                }
              }
            },
            "RemoveMachineRequest": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                },
                "reason": {
                  "type": "string",
                  "id": 2
                }
              }
            },
            "RemoveMachineResponse": {
              "fields": {}
            },
            "ApplyPolicyRequest": {
              "fields": {
                "document": {
                  "type": "string",
                  "id": 1
                },
                "source": {
                  "type": "string",
                  "id": 2
                },
                "reason": {
                  "type": "string",
                  "id": 3
                },
                "expectedVersion": {
                  "type": "uint32",
                  "id": 4
                },
                "signatures": {
                  "type": "string",
                  "id": 5
                },
                "expected": {
                  "rule": "repeated",
                  "type": "DocumentVersion",
                  "id": 6
                },
                "previewed": {
                  "type": "string",
                  "id": 7
                }
              }
            },
            "Policy": {
              "fields": {
                "name": {
                  "type": "string",
                  "id": 1
                },
                "version": {
                  "type": "uint32",
                  "id": 2
                },
                "document": {
                  "type": "string",
                  "id": 3
                },
                "appliedUnixMs": {
                  "type": "int64",
                  "id": 4
                },
                "appliedBy": {
                  "type": "string",
                  "id": 5
                },
                "warnings": {
                  "rule": "repeated",
                  "type": "string",
                  "id": 6
                },
                "kind": {
                  "type": "string",
                  "id": 7
                },
                "reason": {
                  "type": "string",
                  "id": 8
                },
                "sha256": {
                  "type": "bytes",
                  "id": 9
                },
                "source": {
                  "type": "string",
                  "id": 10
                },
                "signatures": {
                  "rule": "repeated",
                  "type": "PolicySignature",
                  "id": 11
                },
                "jws": {
                  "type": "string",
                  "id": 12
                },
                "proposedBy": {
                  "type": "string",
                  "id": 13
                },
                "proposedUnixMs": {
                  "type": "int64",
                  "id": 14
                },
                "proposal": {
                  "type": "uint64",
                  "id": 15
                },
                "signaturesRequired": {
                  "type": "uint32",
                  "id": 16
                }
              }
            },
            "PolicySignature": {
              "fields": {
                "engineer": {
                  "type": "string",
                  "id": 1
                },
                "keyId": {
                  "type": "string",
                  "id": 2
                },
                "algorithm": {
                  "type": "string",
                  "id": 3
                },
                "addedUnixMs": {
                  "type": "int64",
                  "id": 4
                },
                "addedBy": {
                  "type": "string",
                  "id": 5
                }
              }
            },
            "ListPolicyVersionsRequest": {
              "fields": {
                "name": {
                  "type": "string",
                  "id": 1
                }
              }
            },
            "ListPolicyVersionsResponse": {
              "fields": {
                "versions": {
                  "rule": "repeated",
                  "type": "Policy",
                  "id": 1
                }
              }
            },
            "ListProposalsRequest": {
              "fields": {}
            },
            "ListProposalsResponse": {
              "fields": {
                "proposals": {
                  "rule": "repeated",
                  "type": "Policy",
                  "id": 1
                }
              }
            },
            "ShowProposalRequest": {
              "fields": {
                "proposal": {
                  "type": "uint64",
                  "id": 1
                }
              }
            },
            "WithdrawProposalRequest": {
              "fields": {
                "proposal": {
                  "type": "uint64",
                  "id": 1
                },
                "reason": {
                  "type": "string",
                  "id": 2
                }
              }
            },
            "WithdrawProposalResponse": {
              "fields": {}
            },
            "AnnouncementState": {
              "values": {
                "ANNOUNCEMENT_STATE_UNSPECIFIED": 0,
                "ANNOUNCEMENT_STATE_LIVE": 1,
                "ANNOUNCEMENT_STATE_ENDED": 2,
                "ANNOUNCEMENT_STATE_WITHDRAWN": 3
              }
            },
            "Announcement": {
              "fields": {
                "name": {
                  "type": "string",
                  "id": 1
                },
                "version": {
                  "type": "uint32",
                  "id": 2
                },
                "machines": {
                  "rule": "repeated",
                  "type": "string",
                  "id": 3
                },
                "groups": {
                  "rule": "repeated",
                  "type": "string",
                  "id": 4
                },
                "boots": {
                  "type": "uint32",
                  "id": 5
                },
                "untilUnixMs": {
                  "type": "int64",
                  "id": 6
                },
                "refusesOldValues": {
                  "type": "bool",
                  "id": 7
                },
                "state": {
                  "type": "AnnouncementState",
                  "id": 8
                },
                "appliedUnixMs": {
                  "type": "int64",
                  "id": 9
                },
                "appliedBy": {
                  "type": "string",
                  "id": 10
                },
                "reason": {
                  "type": "string",
                  "id": 11
                },
                "uses": {
                  "rule": "repeated",
                  "type": "AnnouncementUse",
                  "id": 12
                },
                "withdrawnBy": {
                  "type": "string",
                  "id": 13
                },
                "withdrawnReason": {
                  "type": "string",
                  "id": 14
                }
              }
            },
            "AnnouncementUse": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                },
                "ordinal": {
                  "type": "uint32",
                  "id": 2
                },
                "decision": {
                  "type": "uint64",
                  "id": 3
                }
              }
            },
            "ListAnnouncementsRequest": {
              "fields": {}
            },
            "ListAnnouncementsResponse": {
              "fields": {
                "announcements": {
                  "rule": "repeated",
                  "type": "Announcement",
                  "id": 1
                }
              }
            },
            "WithdrawAnnouncementRequest": {
              "fields": {
                "name": {
                  "type": "string",
                  "id": 1
                },
                "reason": {
                  "type": "string",
                  "id": 2
                }
              }
            },
            "WithdrawAnnouncementResponse": {
              "fields": {}
            },
            "ShowPolicyRequest": {
              "fields": {
                "name": {
                  "type": "string",
                  "id": 1
                },
                "version": {
                  "type": "uint32",
                  "id": 2
                },
                "kind": {
                  "type": "string",
                  "id": 3
                }
              }
            },
            "EffectivePolicy": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                },
                "group": {
                  "type": "string",
                  "id": 2
                },
                "policy": {
                  "type": "string",
                  "id": 3
                },
                "policyOfGroup": {
                  "type": "string",
                  "id": 4
                },
                "documents": {
                  "rule": "repeated",
                  "type": "DocumentVersion",
                  "id": 5
                },
                "rules": {
                  "rule": "repeated",
                  "type": "EffectiveRule",
                  "id": 6
                }
              }
            },
            "DocumentVersion": {
              "fields": {
                "kind": {
                  "type": "string",
                  "id": 1
                },
                "name": {
                  "type": "string",
                  "id": 2
                },
                "version": {
                  "type": "uint32",
                  "id": 3
                }
              }
            },
            "EffectiveRule": {
              "fields": {
                "kind": {
                  "type": "string",
                  "id": 1
                },
                "name": {
                  "type": "string",
                  "id": 2
                },
                "rule": {
                  "type": "string",
                  "id": 3
                },
                "wanted": {
                  "type": "string",
                  "id": 4
                }
              }
            },
            "ListPoliciesRequest": {
              "fields": {}
            },
            "ListPoliciesResponse": {
              "fields": {
                "policies": {
                  "rule": "repeated",
                  "type": "Policy",
                  "id": 1
                }
              }
            },
            "PreviewPolicyRequest": {
              "fields": {
                "document": {
                  "type": "string",
                  "id": 1
                },
                "source": {
                  "type": "string",
                  "id": 2
                },
                "last": {
                  "type": "uint32",
                  "id": 3
                },
                "sinceUnixMs": {
                  "type": "int64",
                  "id": 4
                }
              }
            },
            "BootOutcome": {
              "values": {
                "BOOT_OUTCOME_UNSPECIFIED": 0,
                "BOOT_OUTCOME_BOOTS": 1,
                "BOOT_OUTCOME_WAITS": 2,
                "BOOT_OUTCOME_STOPS": 3
              }
            },
            "PreviewPolicyEvent": {
              "oneofs": {
                "event": {
                  "oneof": [
                    "progress",
                    "changed",
                    "end",
                    "previewed"
                  ]
                }
              },
              "fields": {
                "progress": {
                  "type": "PreviewProgress",
                  "id": 1
                },
                "changed": {
                  "type": "ChangedBoot",
                  "id": 2
                },
                "end": {
                  "type": "PreviewCounts",
                  "id": 3
                },
                "previewed": {
                  "type": "string",
                  "id": 4
                }
              }
            },
            "PreviewProgress": {
              "fields": {
                "done": {
                  "type": "uint32",
                  "id": 1
                },
                "total": {
                  "type": "uint32",
                  "id": 2
                }
              }
            },
            "ChangedBoot": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                },
                "decision": {
                  "type": "uint64",
                  "id": 2
                },
                "before": {
                  "type": "BootOutcome",
                  "id": 3
                },
                "after": {
                  "type": "BootOutcome",
                  "id": 4
                },
                "cause": {
                  "type": "Reason",
                  "id": 5
                }
              }
            },
            "PreviewCounts": {
              "fields": {
                "machines": {
                  "type": "uint32",
                  "id": 1
                },
                "boots": {
                  "type": "uint32",
                  "id": 2
                },
                "stillBoot": {
                  "type": "uint32",
                  "id": 3
                },
                "wouldStop": {
                  "type": "uint32",
                  "id": 4
                },
                "wouldWait": {
                  "type": "uint32",
                  "id": 5
                },
                "wouldNewlyBoot": {
                  "type": "uint32",
                  "id": 6
                },
                "stillStop": {
                  "type": "uint32",
                  "id": 7
                },
                "withoutEvidence": {
                  "type": "uint32",
                  "id": 8
                }
              }
            },
            "ProposePolicyRequest": {
              "fields": {
                "decision": {
                  "type": "uint64",
                  "id": 1
                },
                "reason": {
                  "type": "string",
                  "id": 2
                }
              }
            },
            "ProposePolicyResponse": {
              "fields": {
                "name": {
                  "type": "string",
                  "id": 1
                },
                "version": {
                  "type": "uint32",
                  "id": 2
                },
                "source": {
                  "type": "string",
                  "id": 3
                },
                "document": {
                  "type": "string",
                  "id": 4
                },
                "changes": {
                  "rule": "repeated",
                  "type": "string",
                  "id": 5
                },
                "remaining": {
                  "rule": "repeated",
                  "type": "Reason",
                  "id": 6
                },
                "expected": {
                  "rule": "repeated",
                  "type": "DocumentVersion",
                  "id": 7
                }
              }
            },
            "DiffBootsRequest": {
              "fields": {
                "before": {
                  "type": "uint64",
                  "id": 1
                },
                "after": {
                  "type": "uint64",
                  "id": 2
                }
              }
            },
            "DiffBootsResponse": {
              "fields": {
                "words": {
                  "rule": "repeated",
                  "type": "string",
                  "id": 1
                }
              }
            },
            "LearnPolicyRequest": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                },
                "name": {
                  "type": "string",
                  "id": 2
                }
              }
            },
            "LearnPolicyResponse": {
              "fields": {
                "document": {
                  "type": "string",
                  "id": 1
                },
                "learntFromDecision": {
                  "type": "uint64",
                  "id": 2
                }
              }
            },
            "Outcome": {
              "values": {
                "OUTCOME_UNSPECIFIED": 0,
                "OUTCOME_ADMITTED": 1,
                "OUTCOME_HELD": 2,
                "OUTCOME_REFUSED": 3,
                "OUTCOME_RELEASED": 4,
                "OUTCOME_REKEYED": 5
              }
            },
            "Gate": {
              "values": {
                "GATE_UNSPECIFIED": 0,
                "GATE_ADMISSION": 1,
                "GATE_RELEASE": 2
              }
            },
            "Decision": {
              "fields": {
                "number": {
                  "type": "uint64",
                  "id": 1
                },
                "gate": {
                  "type": "Gate",
                  "id": 2
                },
                "outcome": {
                  "type": "Outcome",
                  "id": 3
                },
                "machineId": {
                  "type": "bytes",
                  "id": 4
                },
                "machineName": {
                  "type": "string",
                  "id": 5
                },
                "bootId": {
                  "type": "bytes",
                  "id": 6
                },
                "decidedUnixMs": {
                  "type": "int64",
                  "id": 7
                },
                "peer": {
                  "type": "string",
                  "id": 8
                },
                "summary": {
                  "type": "string",
                  "id": 9
                },
                "policy": {
                  "type": "string",
                  "id": 10
                },
                "policyVersion": {
                  "type": "uint32",
                  "id": 11
                },
                "referenceVersions": {
                  "keyType": "string",
                  "type": "uint32",
                  "id": 12
                },
                "groupVersions": {
                  "keyType": "string",
                  "type": "uint32",
                  "id": 13
                }
              }
            },
            "Reason": {
              "fields": {
                "code": {
                  "type": "string",
                  "id": 1
                },
                "passed": {
                  "type": "bool",
                  "id": 2
                },
                "rule": {
                  "type": "string",
                  "id": 3
                },
                "fact": {
                  "type": "string",
                  "id": 4
                },
                "wanted": {
                  "type": "string",
                  "id": 5
                },
                "source": {
                  "type": "string",
                  "id": 6
                },
                "basis": {
                  "type": "Basis",
                  "id": 7
                },
                "untrustedHint": {
                  "type": "string",
                  "id": 8
                }
              }
            },
            "Basis": {
              "values": {
                "BASIS_UNSPECIFIED": 0,
                "BASIS_MEASURED": 1,
                "BASIS_QUOTED": 2,
                "BASIS_RECORDED": 3,
                "BASIS_ASKED": 4,
                "BASIS_VOUCHED": 5
              }
            },
            "DecisionDetail": {
              "fields": {
                "decision": {
                  "type": "Decision",
                  "id": 1
                },
                "reasons": {
                  "rule": "repeated",
                  "type": "Reason",
                  "id": 2
                },
                "bootDiff": {
                  "rule": "repeated",
                  "type": "string",
                  "id": 3
                },
                "comparedWith": {
                  "type": "uint64",
                  "id": 4
                },
                "resolvedBy": {
                  "type": "string",
                  "id": 5
                },
                "resolution": {
                  "type": "string",
                  "id": 6
                }
              }
            },
            "ListDecisionsRequest": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                },
                "limit": {
                  "type": "uint32",
                  "id": 2
                },
                "before": {
                  "type": "uint64",
                  "id": 3
                }
              }
            },
            "ListDecisionsResponse": {
              "fields": {
                "decisions": {
                  "rule": "repeated",
                  "type": "Decision",
                  "id": 1
                }
              }
            },
            "ShowDecisionRequest": {
              "fields": {
                "number": {
                  "type": "uint64",
                  "id": 1
                }
              }
            },
            "AttestDecisionRequest": {
              "fields": {
                "decision": {
                  "type": "uint64",
                  "id": 1
                },
                "audience": {
                  "type": "string",
                  "id": 2
                },
                "nonce": {
                  "type": "string",
                  "id": 3
                }
              }
            },
            "ListKeysRequest": {
              "fields": {
                "machine": {
                  "type": "string",
                  "id": 1
                }
              }
            },
            "ListKeysResponse": {
              "fields": {
                "keys": {
                  "rule": "repeated",
                  "type": "VolumeKey",
                  "id": 1
                }
              }
            },
            "VolumeKey": {
              "fields": {
                "id": {
                  "type": "bytes",
                  "id": 1
                },
                "machineId": {
                  "type": "bytes",
                  "id": 2
                },
                "machineName": {
                  "type": "string",
                  "id": 3
                },
                "group": {
                  "type": "string",
                  "id": 4
                },
                "luks": {
                  "type": "LuksVolume",
                  "id": 5
                },
                "version": {
                  "type": "uint32",
                  "id": 6
                },
                "createdUnixMs": {
                  "type": "int64",
                  "id": 7
                },
                "origin": {
                  "type": "string",
                  "id": 8
                },
                "lastReleasedUnixMs": {
                  "type": "int64",
                  "id": 9
                },
                "lastReleasedDecision": {
                  "type": "uint64",
                  "id": 10
                }
              }
            },
            "Boot": {
              "methods": {
                "PowerOn": {
                  "requestType": "PowerOnRequest",
                  "responseType": "PowerOnEvent",
                  "responseStream": true
                },
                "Challenge": {
                  "requestType": "ChallengeRequest",
                  "responseType": "ChallengeResponse"
                },
                "Release": {
                  "requestType": "ReleaseRequest",
                  "responseType": "ReleaseResponse"
                },
                "DepositKey": {
                  "requestType": "DepositKeyRequest",
                  "responseType": "DepositKeyResponse"
                },
                "Attest": {
                  "requestType": "AttestRequest",
                  "responseType": "AttestationToken"
                }
              }
            },
            "PowerOnRequest": {
              "fields": {
                "stateGeneration": {
                  "type": "uint32",
                  "id": 1
                },
                "bootTokens": {
                  "rule": "repeated",
                  "type": "bytes",
                  "id": 2
                },
                "nextTokenHash": {
                  "type": "bytes",
                  "id": 3
                },
                "oneTimePublicKey": {
                  "type": "bytes",
                  "id": 4
                },
                "platformDocument": {
                  "type": "bytes",
                  "id": 6
                }
              },
              "reserved": [
                [
                  5,
                  5
                ]
              ]
            },
            "PowerOnEvent": {
              "oneofs": {
                "event": {
                  "oneof": [
                    "held",
                    "admitted",
                    "rekey"
                  ]
                }
              },
              "fields": {
                "held": {
                  "type": "Held",
                  "id": 1
                },
                "admitted": {
                  "type": "Admitted",
                  "id": 2
                },
                "rekey": {
                  "type": "Rekey",
                  "id": 3
                }
              }
            },
            "Held": {
              "fields": {
                "decision": {
                  "type": "uint64",
                  "id": 1
                }
              }
            },
            "Admitted": {
              "fields": {
                "bootId": {
                  "type": "bytes",
                  "id": 1
                },
                "decision": {
                  "type": "uint64",
                  "id": 2
                },
                "sealedStateKeys": {
                  "type": "string",
                  "id": 3
                }
              }
            },
            "Rekey": {
              "fields": {
                "decision": {
                  "type": "uint64",
                  "id": 1
                },
                "sealedRekey": {
                  "type": "string",
                  "id": 2
                }
              }
            },
            "ChallengeRequest": {
              "fields": {
                "bootId": {
                  "type": "bytes",
                  "id": 1
                }
              }
            },
            "ChallengeResponse": {
              "fields": {
                "challenge": {
                  "type": "bytes",
                  "id": 1
                },
                "expiresUnixMs": {
                  "type": "int64",
                  "id": 2
                },
                "selection": {
                  "rule": "repeated",
                  "type": "PcrBankSelection",
                  "id": 3
                },
                "capBeforeRelease": {
                  "type": "bool",
                  "id": 4
                }
              }
            },
            "PcrBankSelection": {
              "fields": {
                "hash": {
                  "type": "uint32",
                  "id": 1
                },
                "pcrs": {
                  "rule": "repeated",
                  "type": "uint32",
                  "id": 2
                }
              }
            },
            "ReleaseRequest": {
              "fields": {
                "bootId": {
                  "type": "bytes",
                  "id": 1
                },
                "challenge": {
                  "type": "bytes",
                  "id": 2
                },
                "core": {
                  "type": "bytes",
                  "id": 3
                },
                "attest": {
                  "type": "bytes",
                  "id": 4
                },
                "signature": {
                  "type": "bytes",
                  "id": 5
                },
                "oneTimePublicKey": {
                  "type": "bytes",
                  "id": 6
                }
              }
            },
            "ReleaseResponse": {
              "fields": {
                "decision": {
                  "type": "uint64",
                  "id": 1
                },
                "sealedKeys": {
                  "type": "string",
                  "id": 2
                }
              }
            },
            "DepositKeyRequest": {
              "fields": {
                "luks": {
                  "type": "LuksVolume",
                  "id": 1
                },
                "key": {
                  "type": "bytes",
                  "id": 2
                }
              }
            },
            "LuksVolume": {
              "fields": {
                "uuid": {
                  "type": "bytes",
                  "id": 1
                },
                "keyslotDigest": {
                  "type": "bytes",
                  "id": 2
                }
              }
            },
            "DepositKeyResponse": {
              "fields": {
                "keyId": {
                  "type": "bytes",
                  "id": 1
                },
                "version": {
                  "type": "uint32",
                  "id": 2
                }
              }
            },
            "AttestRequest": {
              "fields": {
                "audience": {
                  "type": "string",
                  "id": 1
                },
                "nonce": {
                  "type": "string",
                  "id": 2
                }
              }
            },
            "AttestationToken": {
              "fields": {
                "token": {
                  "type": "string",
                  "id": 1
                },
                "expiresUnixMs": {
                  "type": "int64",
                  "id": 2
                }
              }
            },
            "Join": {
              "methods": {
                "Begin": {
                  "requestType": "BeginRequest",
                  "responseType": "BeginResponse"
                },
                "Prove": {
                  "requestType": "ProveRequest",
                  "responseType": "ProveResponse"
                },
                "Complete": {
                  "requestType": "CompleteRequest",
                  "responseType": "CompleteResponse"
                }
              }
            },
            "BeginRequest": {
              "fields": {
                "core": {
                  "type": "bytes",
                  "id": 1
                },
                "signature": {
                  "type": "bytes",
                  "id": 2
                }
              }
            },
            "BeginResponse": {
              "fields": {
                "machineId": {
                  "type": "bytes",
                  "id": 1
                },
                "enrolmentId": {
                  "type": "bytes",
                  "id": 2
                },
                "serverId": {
                  "type": "bytes",
                  "id": 3
                },
                "sealedStateKey": {
                  "type": "string",
                  "id": 4
                }
              }
            },
            "ProveRequest": {
              "fields": {
                "core": {
                  "type": "bytes",
                  "id": 1
                },
                "signature": {
                  "type": "bytes",
                  "id": 2
                }
              }
            },
            "ProveResponse": {
              "fields": {
                "challenges": {
                  "rule": "repeated",
                  "type": "CredentialChallenge",
                  "id": 1
                }
              }
            },
            "CredentialChallenge": {
              "fields": {
                "credentialBlob": {
                  "type": "bytes",
                  "id": 1
                },
                "secret": {
                  "type": "bytes",
                  "id": 2
                }
              }
            },
            "CompleteRequest": {
              "fields": {
                "core": {
                  "type": "bytes",
                  "id": 1
                },
                "signature": {
                  "type": "bytes",
                  "id": 2
                }
              }
            },
            "CompleteResponse": {
              "fields": {
                "machineCertificates": {
                  "rule": "repeated",
                  "type": "bytes",
                  "id": 1
                },
                "ekCertificates": {
                  "rule": "repeated",
                  "type": "bytes",
                  "id": 2
                },
                "serverAnchor": {
                  "type": "bytes",
                  "id": 3
                },
                "mainAddress": {
                  "type": "string",
                  "id": 4
                },
                "machineName": {
                  "type": "string",
                  "id": 5
                }
              }
            },
            "VirtualTpm": {
              "methods": {
                "Transmit": {
                  "requestType": "TransmitRequest",
                  "responseType": "TransmitResponse"
                },
                "Session": {
                  "requestType": "TransmitRequest",
                  "requestStream": true,
                  "responseType": "TransmitResponse",
                  "responseStream": true
                },
                "PowerOn": {
                  "requestType": "VirtualTpmPowerOnRequest",
                  "responseType": "VirtualTpmPowerOnResponse"
                },
                "PowerOff": {
                  "requestType": "VirtualTpmPowerOffRequest",
                  "responseType": "VirtualTpmPowerOffResponse"
                },
                "Reset": {
                  "requestType": "VirtualTpmResetRequest",
                  "responseType": "VirtualTpmResetResponse"
                },
                "Cancel": {
                  "requestType": "VirtualTpmCancelRequest",
                  "responseType": "VirtualTpmCancelResponse"
                }
              }
            },
            "TransmitRequest": {
              "fields": {
                "command": {
                  "type": "bytes",
                  "id": 1
                },
                "locality": {
                  "type": "uint32",
                  "id": 2
                }
              }
            },
            "TransmitResponse": {
              "fields": {
                "response": {
                  "type": "bytes",
                  "id": 1
                }
              }
            },
            "VirtualTpmPowerOnRequest": {
              "fields": {}
            },
            "VirtualTpmPowerOnResponse": {
              "fields": {}
            },
            "VirtualTpmPowerOffRequest": {
              "fields": {}
            },
            "VirtualTpmPowerOffResponse": {
              "fields": {}
            },
            "VirtualTpmResetRequest": {
              "fields": {}
            },
            "VirtualTpmResetResponse": {
              "fields": {}
            },
            "VirtualTpmCancelRequest": {
              "fields": {}
            },
            "VirtualTpmCancelResponse": {
              "fields": {}
            }
          }
        }
      }
    }
  }
}
