"""What clients of libtss2 do: each flow is told line by line (teller.py)."""

import hashlib
import itertools
import struct

from teller import ATTESTING, BOTH_WAYS, GOES_ON, KEPT, NONE, PASSWORD, SIGNING, STORAGE, Refused, public, run, secret
from tpm2_pytss import ESYS_TR
from tpm2_pytss.constants import (
    TPM2_ALG,
    TPM2_CAP,
    TPM2_CC,
    TPM2_EO,
    TPM2_NT,
    TPM2_RH,
    TPM2_SE,
    TPM2_ST,
    TPMA_NV,
    TPMA_OBJECT,
    TPMA_SESSION,
)
from tpm2_pytss.types import (
    TPM2B_ECC_POINT,
    TPML_CC,
    TPML_DIGEST,
    TPML_PCR_SELECTION,
    TPMT_SIG_SCHEME,
    TPMT_SYM_DEF_OBJECT,
    TPMT_TK_HASHCHECK,
    TPMU_SYM_KEY_BITS,
    TPMU_SYM_MODE,
)

OWNER, PLATFORM, LOCKOUT, ENDORSEMENT, NULL = (
    ESYS_TR.OWNER,
    ESYS_TR.PLATFORM,
    ESYS_TR.LOCKOUT,
    ESYS_TR.ENDORSEMENT,
    ESYS_TR.NULL,
)
SOME = bytes(range(32))
NO_SCHEME = TPMT_SIG_SCHEME(scheme=TPM2_ALG.NULL)
UNHASHED = TPMT_TK_HASHCHECK(tag=TPM2_ST.HASHCHECK, hierarchy=TPM2_RH.NULL)
BY_ALL = TPMA_NV.OWNERWRITE | TPMA_NV.OWNERREAD | TPMA_NV.AUTHWRITE | TPMA_NV.AUTHREAD
ECDSA = "ecc256:ecdsa-sha256:null"


def policy_digests(tpm):
    index = tpm.define(1, 32, BY_ALL)
    operand = bytes([1, 2, 3, 4, 5, 6, 8, 9])
    pcr16 = TPML_PCR_SELECTION.parse("sha256:16")
    conditions = [
        ("policy_pcr", SOME, pcr16),
        ("policy_pcr", b"", pcr16),
        ("policy_counter_timer", operand, TPM2_EO.UNSIGNED_GE),
        ("policy_name_hash", SOME),
        ("policy_cp_hash", SOME),
        ("policy_cp_hash", SOME[1:]),
        ("policy_duplication_select", SOME, SOME[::-1], False),
        ("policy_duplication_select", SOME, SOME[::-1], True),
        ("policy_nv_written", True),
        ("policy_physical_presence",),
        ("policy_template", SOME),
        ("policy_password",),
        ("policy_auth_value",),
        ("policy_command_code", TPM2_CC.Sign),
        ("policy_or", TPML_DIGEST([SOME, bytes(32)])),
        ("policy_or", TPML_DIGEST([SOME])),
    ]
    for kind in (TPM2_SE.TRIAL, TPM2_SE.POLICY):
        for condition in conditions:
            session = tpm.policy(condition, kind=kind)
            tpm.show(condition[0], tpm.policy_get_digest(session))
            tpm.policy_restart(session)
            tpm.show("restarted", tpm.policy_get_digest(session))
            tpm.policy_nv(OWNER, index, session, operand, TPM2_EO.EQ)
            tpm.show("policy_nv", tpm.policy_get_digest(session))
            tpm.flush_context(session)


def keys_under_sessions(tpm):
    parent = tpm.primary("rsa2048:aes128cfb", auth=b"parent")
    for session in (
        PASSWORD,
        tpm.session(),
        tpm.session(cipher="aes", attributes=BOTH_WAYS),
        tpm.session(cipher="xor", attributes=BOTH_WAYS, bind=parent),
        tpm.session(cipher="aes", attributes=BOTH_WAYS, key=parent),
    ):
        key = tpm.child(parent, "ecc256:aes128cfb", STORAGE, b"key", session=session)
        tpm.object_change_auth(key, parent, b"another", session1=session)
        tpm.object_change_auth(key, parent, bytes(33), session1=session)
        context = tpm.context_save(key)
        tpm.flush_context(key)
        key = tpm.context_load(context)
        for auth in (b"key", b"wrong"):
            tpm.tr_set_auth(key, auth)
            tpm.create(key, secret(b"leaf"), public(ECDSA, SIGNING), session1=session)
        tpm.flush_context(key)
        tpm.dictionary_attack_lock_reset()


def sessions_beside(tpm):
    # libtss2 covers the nonces of the others even where the first session authorizes nothing
    encrypting = tpm.session(cipher="aes", attributes=GOES_ON | TPMA_SESSION.ENCRYPT)
    decrypting = tpm.session(cipher="xor", attributes=GOES_ON | TPMA_SESSION.DECRYPT)
    auditing = tpm.session(attributes=GOES_ON | TPMA_SESSION.AUDIT)
    for first, second, third in itertools.permutations((encrypting, decrypting, auditing)):
        tpm.hash(b"text", TPM2_ALG.SHA256, session1=first, session2=second, session3=third)
        tpm.get_random(8, session1=first, session2=second)
        made = tpm.create_primary(
            secret(b"key"), public(ECDSA, SIGNING), OWNER, session1=first, session2=second, session3=third
        )
        tpm.flush_context(made if made is Refused else made[0])


def trailing_zeros(tpm):
    for auth in (b"abc\0\0", b"\0abc\0", b"\0\0"):
        key = tpm.primary(auth=auth)
        for session in (PASSWORD, tpm.session(), tpm.session(bind=key)):
            for shown in (auth, auth.rstrip(b"\0")):
                tpm.tr_set_auth(key, shown)
                tpm.create(key, secret(), public(ECDSA, SIGNING), session1=session)
        tpm.flush_context(key)


def audit(tpm):
    key = tpm.primary("rsa2048:rsassa-sha256:null", ATTESTING, b"key")
    session = tpm.session(attributes=GOES_ON | TPMA_SESSION.AUDIT)
    tpm.get_capability(TPM2_CAP.TPM_PROPERTIES, 0x20E, 1, session1=session)
    for signer in (key, NULL):
        tpm.get_session_audit_digest(signer, session, b"fresh")
        tpm.get_command_audit_digest(signer, b"fresh")
    tpm.set_command_code_audit_status(TPM2_ALG.SHA256, TPML_CC(), TPML_CC())
    tpm.set_command_code_audit_status(TPM2_ALG.NULL, TPML_CC([TPM2_CC.GetRandom]), TPML_CC())
    tpm.get_random(8, session1=session)
    tpm.get_command_audit_digest(key, b"fresh")
    tpm.trsess_set_attributes(session, GOES_ON | TPMA_SESSION.AUDIT | TPMA_SESSION.AUDITEXCLUSIVE)
    tpm.get_random(8, session1=session)
    tpm.get_random(8)
    tpm.get_random(8, session1=session)


def attestation(tpm):
    key = tpm.primary(ECDSA, ATTESTING, b"key")
    made = tpm.create_primary(secret(), public("rsa2048:rsapss-sha256:null", SIGNING))
    index = tpm.define(2, 20, BY_ALL, auth=b"nv")
    tpm.nv_certify(key, index, b"fresh", NO_SCHEME, 20)
    tpm.nv_write(index, bytes(20))
    for signer in (key, made[0], NULL):
        tpm.certify(made[0], signer, b"fresh", NO_SCHEME)
        tpm.certify_creation(signer, made[0], b"fresh", made[3], NO_SCHEME, made[4])
        tpm.certify_creation(signer, made[0], b"fresh", SOME, NO_SCHEME, made[4])
        tpm.get_time(signer, b"fresh")
        tpm.quote(signer, "sha1:16+sha256:1,2", b"fresh")
        for size, offset in ((20, 0), (0, 0), (10, 5), (21, 0), (0, 20)):
            tpm.nv_certify(signer, index, b"fresh", NO_SCHEME, size, offset)


def nv_types(tpm):
    kinds = ((0, 20), (TPM2_NT.COUNTER, 8), (TPM2_NT.BITS, 8), (TPM2_NT.EXTEND, 32), (TPM2_NT.PIN_PASS, 8))
    for session in (PASSWORD, tpm.session(cipher="aes", attributes=BOTH_WAYS)):
        for number, (kind, size) in enumerate(kinds):
            attributes = BY_ALL | TPMA_NV.WRITE_STCLEAR | TPMA_NV.READ_STCLEAR
            if kind == TPM2_NT.PIN_PASS:
                attributes &= ~TPMA_NV.AUTHWRITE
            index = tpm.define(number, size, attributes, kind, b"nv")
            tpm.nv_read(index, size, session1=session)
            for by in (OWNER, index):
                tpm.nv_write(index, bytes(size), auth_handle=by, session1=session)
                tpm.nv_increment(index, auth_handle=by, session1=session)
                tpm.nv_set_bits(index, 0b1010, auth_handle=by, session1=session)
                tpm.nv_extend(index, b"data", auth_handle=by, session1=session)
                tpm.show("contents", tpm.nv_read(index, size, auth_handle=by, session1=session))
                tpm.nv_read(index, 1, size, auth_handle=by, session1=session)
            public_area = tpm.nv_read_public(index, session1=NONE)[0]
            tpm.show("attributes", int(public_area.nvPublic.attributes))
            tpm.nv_read_lock(index, session1=session)
            tpm.nv_read(index, size, session1=session)
            tpm.nv_write_lock(index, session1=session)
            tpm.nv_increment(index, session1=session)
            tpm.nv_undefine_space(index, session1=session)


def nv_policies(tpm):
    change = [("policy_auth_value",), ("policy_command_code", TPM2_CC.NV_ChangeAuth)]
    index = tpm.define(3, 20, BY_ALL, auth=b"nv", policy=tpm.digest_of(*change))
    tpm.under(change, "nv_change_auth", index, b"new")
    tpm.nv_write(index, bytes(20))
    tpm.under(change, "nv_change_auth", index, b"newer")
    tpm.under(change[:1], "nv_change_auth", index, b"newest")
    remove = ("policy_command_code", TPM2_CC.NV_UndefineSpaceSpecial)
    attributes = BY_ALL | TPMA_NV.PLATFORMCREATE | TPMA_NV.POLICY_DELETE
    index = tpm.define(4, 20, attributes, policy=tpm.digest_of(remove), by=PLATFORM)
    tpm.nv_undefine_space(index, auth_handle=PLATFORM)
    session = tpm.policy(("policy_auth_value",))
    tpm.nv_undefine_space_special(index, session)
    # libtss2 goes on sending an HMAC after PolicyRestart
    tpm.policy_restart(session)
    tpm.policy_command_code(session, TPM2_CC.NV_UndefineSpaceSpecial)
    tpm.nv_undefine_space_special(index, session)
    tpm.flush_context(session)
    tpm.under([remove], "nv_undefine_space_special", index)
    index = tpm.define(5, 34, BY_ALL)
    approved = tpm.digest_of(("policy_password",))
    session = tpm.policy(("policy_password",))
    tpm.policy_authorize_nv(index, session)
    for algorithm in (TPM2_ALG.SHA256, TPM2_ALG.SHA384, TPM2_ALG.NULL):
        tpm.nv_write(index, struct.pack(">H", algorithm) + approved)
        tpm.policy_authorize_nv(index, session)
        tpm.show("approved", tpm.policy_get_digest(session))


def authorizations(tpm):
    signer = tpm.primary(ECDSA, SIGNING)
    for hierarchy in (OWNER, ENDORSEMENT, PLATFORM, LOCKOUT):
        for expiration in (0, 1000, -1000):
            session = tpm.session(TPM2_SE.POLICY)
            nonce = tpm.trsess_get_nonce_tpm(session)
            for shown in (nonce, b"another"):
                timeout_and_ticket = tpm.policy_secret(hierarchy, session, shown, b"", b"ref", expiration)
                if isinstance(timeout_and_ticket, tuple) and expiration < 0:
                    again = tpm.session(TPM2_SE.POLICY)
                    for ref in (b"fer", b"ref"):
                        timeout, ticket = timeout_and_ticket
                        tpm.policy_ticket(again, timeout, b"", ref, tpm.tr_get_name(hierarchy), ticket)
                    tpm.flush_context(again)
            tpm.flush_context(session)
    for expiration in (0, -1000):
        session = tpm.session(TPM2_SE.POLICY)
        nonce = bytes(tpm.trsess_get_nonce_tpm(session))
        signed = hashlib.sha256(nonce + struct.pack(">i", expiration) + b"ref").digest()
        signature = tpm.sign(signer, signed, NO_SCHEME, UNHASHED)
        for ref in (b"fer", b"ref"):
            tpm.policy_signed(signer, session, nonce, b"", ref, expiration, signature)
        tpm.flush_context(session)
    approved = tpm.digest_of(("policy_password",))
    digest = hashlib.sha256(approved + b"ref").digest()
    ticket = tpm.verify_signature(signer, digest, tpm.sign(signer, digest, NO_SCHEME, UNHASHED))
    session = tpm.policy(("policy_password",))
    for ref in (b"fer", b"ref"):
        tpm.policy_authorize(session, approved, ref, tpm.tr_get_name(signer), ticket)


def duplication(tpm):
    leave = [("policy_auth_value",), ("policy_command_code", TPM2_CC.Duplicate)]
    old, new = tpm.primary(auth=b"old"), tpm.primary("rsa2048:aes128cfb", auth=b"new")
    attributes = TPMA_OBJECT.USERWITHAUTH | TPMA_OBJECT.SENSITIVEDATAORIGIN | TPMA_OBJECT.SIGN_ENCRYPT
    made = tpm.create(old, secret(b"key"), public(ECDSA, attributes, tpm.digest_of(*leave)))
    key = tpm.load(old, made[0], made[1])
    tpm.tr_set_auth(key, b"key")
    aes = TPMT_SYM_DEF_OBJECT(
        algorithm=TPM2_ALG.AES, keyBits=TPMU_SYM_KEY_BITS(aes=128), mode=TPMU_SYM_MODE(aes=TPM2_ALG.CFB)
    )
    none = TPMT_SYM_DEF_OBJECT(algorithm=TPM2_ALG.NULL)
    for inner, given in ((none, b""), (aes, b"is sixteen bytes"), (aes, b""), (aes, b"short"), (none, b"unasked")):
        session = tpm.policy(*leave)
        duplicated = tpm.duplicate(key, new, given, inner, session1=session)
        tpm.flush_context(session)
        if isinstance(duplicated, tuple):
            shown = given or bytes(duplicated[0])
            tpm.import_(new, shown, made[1], duplicated[1], duplicated[2], inner)
            tpm.import_(old, shown, made[1], duplicated[1], duplicated[2], inner)
            back = tpm.rewrap(new, old, duplicated[1], tpm.tr_get_name(key), duplicated[2])
            tpm.import_(old, shown, made[1], back[0], back[1], inner)
    tpm.duplicate(key, new, b"", none)


def sequences(tpm):
    for session in (PASSWORD, tpm.session(cipher="xor", attributes=BOTH_WAYS)):
        for algorithm in (TPM2_ALG.SHA1, TPM2_ALG.SHA256, TPM2_ALG.SHA512):
            for message in (b"", b"\xffTCG", b"some text"):
                sequence = tpm.hash_sequence_start(b"seq", algorithm)
                tpm.tr_set_auth(sequence, b"seq")
                tpm.sequence_update(sequence, message, session1=session)
                context = tpm.context_save(sequence)
                tpm.flush_context(sequence)
                sequence = tpm.context_load(context)
                tpm.tr_set_auth(sequence, b"seq")
                tpm.show("digest", tpm.sequence_complete(sequence, b"more", session1=session)[0])
        event = tpm.hash_sequence_start(b"", TPM2_ALG.NULL)
        tpm.sequence_update(event, b"text", session1=session)
        tpm.sequence_complete(event, b"")
        tpm.event_sequence_complete(ESYS_TR.PCR16, event, b"more")
    for each in tpm.pcr_read("sha1:16+sha256:16+sha512:16")[2]:
        tpm.show("PCR 16", each)


def exchanges(tpm):
    answer = tpm.create_primary(secret(), public("ecc256:ecdh-sha256:null", KEPT | TPMA_OBJECT.DECRYPT))
    key, point = answer[0], TPM2B_ECC_POINT(answer[1].publicArea.unique.ecc)
    ephemeral, counter = tpm.ec_ephemeral(answer[1].publicArea.parameters.eccDetail.curveID)
    for _ in range(2):
        tpm.zgen_2_phase(key, point, ephemeral, TPM2_ALG.ECDH, counter)
    tpm.ecdh_key_gen(key)
    tpm.ecdh_zgen(key, point)
    tpm.ecdh_zgen(key, TPM2B_ECC_POINT())


def lockout(tpm):
    tpm.dictionary_attack_parameters(2, 3600, 3600)
    key = tpm.primary(auth=b"right")
    for auth in (b"wrong", b"wrong", b"right"):
        tpm.tr_set_auth(key, auth)
        tpm.create(key, secret(), public(ECDSA, SIGNING))
    tpm.dictionary_attack_lock_reset()
    tpm.create(key, secret(), public(ECDSA, SIGNING))
    tpm.hierarchy_change_auth(LOCKOUT, b"lock")
    tpm.tr_set_auth(LOCKOUT, b"key")
    tpm.dictionary_attack_lock_reset()
    tpm.tr_set_auth(LOCKOUT, b"lock")
    tpm.dictionary_attack_lock_reset()
    tpm.clear_control(PLATFORM, True)
    tpm.clear(LOCKOUT)
    tpm.clear_control(LOCKOUT, False)
    tpm.clear_control(PLATFORM, False)
    tpm.clear(PLATFORM)
    tpm.read_public(key)


FLOWS = (
    policy_digests,
    keys_under_sessions,
    sessions_beside,
    trailing_zeros,
    audit,
    attestation,
    nv_types,
    nv_policies,
    authorizations,
    duplication,
    sequences,
    exchanges,
    lockout,
)

if __name__ == "__main__":
    run({flow.__name__: flow for flow in FLOWS})
