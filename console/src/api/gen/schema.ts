// Written by console/generate-api.ts from the OpenAPI document.
export interface paths {
    "/api/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What waits for approval; ?all=true with what is done, declined, withdrawn or expired */
        get: operations["approvals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{approvalId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One request with what it would change */
        get: operations["approval"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{approvalId}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve exactly the change of this digest, with the effect that was shown; the last approval executes it */
        post: operations["giveApproval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{approvalId}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decline exactly the change of this digest, for good; one person does it */
        post: operations["declineApproval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{approvalId}/effect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who and what would gain or lose what by it, everybody and everything, with the digest that an approval names */
        get: operations["approvalEffect"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{approvalId}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Withdraw what one asked for oneself */
        post: operations["withdrawApproval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The register of authorizations */
        get: operations["authorizations"];
        put?: never;
        /** Register an authorization; two other officers make it effective */
        post: operations["registerAuthorization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations/{authorizationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One authorization */
        get: operations["authorization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations/{authorizationId}/amend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Other terms for an authorization: at once where they only take away, otherwise once two other officers approve */
        post: operations["amendAuthorization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations/{authorizationId}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve what somebody else registered, with the effect that was shown */
        post: operations["approveAuthorization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations/{authorizationId}/draws": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was drawn of the lines of an authorization, and what is left */
        get: operations["authorizationDraws"];
        put?: never;
        /** Draw quantity and value from a line; a license that is used up covers nobody from then on */
        post: operations["drawAuthorization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations/{authorizationId}/draws/take-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a draw back by an entry that says why; what ended by being used up stays ended */
        post: operations["takeBackDraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations/{authorizationId}/duties": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The duties of an authorization, its own and those that the regulations add, with what shows them done */
        get: operations["authorizationDuties"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations/{authorizationId}/duties/done": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record that a duty was done, with what shows it: as its owner or an officer */
        post: operations["fulfilDuty"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations/{authorizationId}/duties/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back that a duty was done, by a record that says why; officers alone */
        post: operations["reopenDuty"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations/{authorizationId}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End an authorization at once */
        post: operations["endAuthorization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations/{authorizationId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every version of the terms of one authorization: when, who, who approved, why */
        get: operations["authorizationHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The register as a spreadsheet, ?format=xlsx or csv; importing it changes nothing */
        get: operations["exportAuthorizations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/authorizations/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a spreadsheet would change in the register; with ?apply=<digest>&reason= exactly that is done */
        post: operations["importAuthorizations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which backups were made, what the ledger says of each, and what is due; nothing of what is in one */
        get: operations["backups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/boundary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The boundary as it is configured and filled now: people, gate, keys, stores, doors, places, and whom the gate talks to */
        get: operations["boundary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/candidates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Refusals that may call for the notice of 22 CFR 126.1(e)(2), and open cases; ?all=true, also what is closed */
        get: operations["candidates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/candidates/{candidateId}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close a case by a filing reference */
        post: operations["closeCandidate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/candidates/{candidateId}/close-unfiled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close a case as empowered official by a written reason why no notice is filed */
        post: operations["closeUnfiled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/candidates/{candidateId}/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide that it was a proposal: then it is a case */
        post: operations["decideCandidate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/candidates/{candidateId}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide as empowered official that it was no proposal */
        post: operations["dismissCandidate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classification-lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is known of the lists besides the form of their entries, with its date, source and how sure it is */
        get: operations["classificationLists"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The register of classifications */
        get: operations["classifications"];
        put?: never;
        /** Register a classification, in the place of another too; at once where it only raises control, otherwise once two others approve */
        post: operations["registerClassification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classifications/{classificationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One classification */
        get: operations["classification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classifications/{classificationId}/carriers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What stands on a classification or on one of its line: labels and what they mean, vaults, files */
        get: operations["classificationCarriers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classifications/{classificationId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The records that came in the place of each other, the oldest first */
        get: operations["classificationHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classifications/{classificationId}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Withdraw a classification at once */
        post: operations["withdrawClassification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions on record, the newest first: ?personId=, &fileId=, &effect= permit or deny, &action=, &from=&to= (ISO 8601) */
        get: operations["decisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions/{decisionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a decision fell as it did */
        get: operations["decision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Who can open what, everybody and everything, by classes; with a change, also what would be otherwise; with asOf, who could then. Nothing is changed */
        post: operations["access"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions/access/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The members of one class of people or files of that map */
        post: operations["accessMembers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions/what-can": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a person can open now, or could at a moment of the past */
        post: operations["whatCan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions/who-can": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Who can open a file now, or could at a moment of the past, and why or why not */
        post: operations["whoCan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enclave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a client must know before it signs in
         * @description Nothing is decided: the address, the keys and the issuer are public, and nobody can sign in without them.
         */
        get: operations["enclave"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrollment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enroll a passkey, and sign in with it
         * @description Nothing is decided: nobody is signed in before they have signed in; it takes the link and the code that others arranged.
         */
        post: operations["enrollPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrollment/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to enroll a passkey with both halves of a link
         * @description Nothing is decided: nobody is signed in before they have signed in; it takes the link and the code that others arranged.
         */
        post: operations["beginEnrollment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exemptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What exemptions ask for, by section, with its source and how sure it is */
        get: operations["exemptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The files that you may see; ?vaultId= narrows to one vault */
        get: operations["files"];
        put?: never;
        /** Reserve a file in a vault: its id, labels and wrapping key */
        post: operations["reserveFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{fileId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One file, and whether its deletion waits for approval */
        get: operations["file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{fileId}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download the sealed container; ?from= goes on at an octet */
        get: operations["fetchFile"];
        /** Upload the sealed container of a reserved file */
        put: operations["storeFile"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{fileId}/copies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who received a file, and which backups hold it */
        get: operations["fileCopies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{fileId}/deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for the deletion of a file for good; an officer who did not ask approves it */
        post: operations["deleteFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{fileId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a file was labelled, from one change to the next, and who decided it */
        get: operations["fileHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{fileId}/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add labels to a file at once, or ask another officer for a change that takes some off again */
        post: operations["reclassifyFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{fileId}/provisos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which authorization covers you for a file, what it holds you to and asks you to acknowledge; nothing for a U.S. person */
        get: operations["fileProvisos"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{fileId}/provisos/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Acknowledge exactly the words that you read */
        post: operations["acknowledgeProvisos"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{fileId}/rescue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask another officer to let other labels stand in place of those of a file's manifest */
        post: operations["rescueFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{fileId}/rescue/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let the labels that a file was sealed under hold again, at once */
        post: operations["endRescue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{fileId}/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** With whom you shared a file; with whom anybody did, for officers and auditors */
        get: operations["fileShares"];
        put?: never;
        /** Make a file known to somebody, or to whoever is of a program; it gives them nothing */
        post: operations["shareFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{fileId}/shares/{shareId}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a share back at once: your own, or any as an officer */
        post: operations["unshareFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/founding": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far the founding is; its founders alone see who they are
         * @description Nothing is decided: nobody is on the roster before the founding is closed; the ceremony shows founders to each other alone.
         */
        get: operations["founding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/founding/attest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Attest another founder: who they are, and their status
         * @description Nothing is decided: nobody is on the roster before the founding is closed; the ceremony asks who enrolled.
         */
        post: operations["attestFounder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/founding/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close the founding; from here on everything takes a permit
         * @description Nothing is decided: nobody is on the roster before the founding is closed; the ceremony asks who enrolled and is attested.
         */
        post: operations["closeFounding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/founding/enroll": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bind your identity to the founder whose code you hold
         * @description Nothing is decided: nobody is on the roster before the founding is closed; the ceremony asks for the code of a founder.
         */
        post: operations["enrollFounder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/founding/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enroll as the founder whose code you hold with the passkey that was made, and sign in with it
         * @description Nothing is decided: nobody is on the roster before the founding is closed; the ceremony asks for the code of a founder.
         */
        post: operations["enrollFounderPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/founding/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to enroll as the founder whose code you hold, with a passkey
         * @description Nothing is decided: nobody is on the roster before the founding is closed; the ceremony asks for the code of a founder.
         */
        post: operations["beginFounderPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which keys there are, what they are for, and how many files lean on them */
        get: operations["keys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{kid}/destruction": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for the end of an old key that no file leans on; an officer who did not ask approves it */
        post: operations["destroyKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/moves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move one batch of files to the current key, without touching their containers */
        post: operations["moveFiles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/rotations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for a new key; an officer who did not ask approves it */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/label-mappings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What labels of other systems mean here, and on which basis */
        get: operations["labelMappings"];
        put?: never;
        /** Make a label of another system mean more at once, or ask two others to let it mean less */
        post: operations["mapLabel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/label-mappings/reading": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What labels of other systems mean, as a document carries them */
        post: operations["readMapped"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/label-mappings/writing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The labels of another system that say a set of labels without loss */
        post: operations["writeMapped"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The labels, and on which basis they stand */
        get: operations["labels"];
        put?: never;
        /** Define a label, with its classification and basis */
        post: operations["defineLabel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Receipts whose entries are not in the ledger, newest first, at most 1,000 */
        get: operations["ledgerAlarms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries of the ledger, newest first: ?kind=, &without=decisions, &by= a person, &text= that stands in them, &from=&to= */
        get: operations["ledgerEntryList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/entries/{entryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entry, exactly the bytes that were hashed */
        get: operations["ledgerEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole ledger in one file that verifies offline */
        get: operations["ledgerExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/packet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Evidence in one signed file that verifies offline: ?about= person, file, program, authorization (with &id=) or period (&from=&to=) */
        get: operations["ledgerPacket"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/packet/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far the packet is that is being made for you, by the process that answers; null where there is none
         * @description Nothing is decided: it counts what the caller was permitted to have, to the caller alone, while they wait for it.
         */
        get: operations["packetProgress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/proofs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove that the entry of a receipt is in the ledger; that it is not becomes an alarm on record
         * @description Nothing is decided: a receipt is signed by the ledger, and whoever holds one may hold the ledger to it.
         */
        post: operations["proveReceipt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/reconcile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compare every table with what the ledger's entries say of it, at one moment, and tell the first disagreement: table, row, column and entry, never a value */
        get: operations["ledgerReconcile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decide recorded decisions again from their entries, 100,000 entries at a time, and tell the first that falls otherwise */
        get: operations["ledgerReplay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/timestamps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Checkpoints with an authority's timestamps (RFC 3161), smallest first, 50 at a time
         * @description Nothing is decided: a timestamp is on a checkpoint, and tells the time beside what that tells.
         */
        get: operations["ledgerTimestamps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/legal-data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The countries of 22 CFR 126.1 and 126.18(d) in force, with dates, sources and how sure each row is */
        get: operations["legalData"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/legal-data/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What other legal data would change, and how many foreign persons it reaches */
        post: operations["checkLegalData"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/legal-data/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask two others to put other legal data in force */
        post: operations["proposeLegalData"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who the gate takes you for
         * @description Nothing is decided: it shows the caller's own record, to the caller alone.
         */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was told by mail about requests for approval, and to whom; ?state= waiting, sent, failed or dropped */
        get: operations["notices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notices/due": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mail about what of authorizations is due: to whom, on which day, and what became of it */
        get: operations["dueMails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notices/due/{mailId}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have such a mail that failed sent again */
        post: operations["resendDueMail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/own-refusals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What you were refused, the newest first, and why
         * @description Nothing is decided: it tells the caller's own refusals again, to the caller alone, as they were told.
         */
        get: operations["ownRefusals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/own-refusals/{decisionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One refusal of yours: why, what would change it, whom to ask, and what of your record was looked at
         * @description Nothing is decided: it tells a refusal of the caller's own again, to the caller alone, as it was told.
         */
        get: operations["ownRefusal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your passkeys
         * @description Nothing is decided: it shows the caller's own passkeys, to the caller alone.
         */
        get: operations["passkeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/passkeys/{credentialId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take away one of your passkeys, at once
         * @description Nothing is decided: it takes a passkey away from the caller alone.
         */
        delete: operations["removeOwnPasskey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The roster; ?asOf= as it was at a moment (ISO 8601); ?name= those whom its words name */
        get: operations["people"];
        put?: never;
        /** Add a person, unverified; names that could be taken for theirs are told */
        post: operations["addPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One person, with what their status rests on; ?asOf= as they were at a moment (ISO 8601) */
        get: operations["person"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Narrow or correct a record, at once */
        post: operations["changePerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a person's status at once */
        post: operations["endPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/enrollments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask two others to approve a one-time link by which somebody enrolls a passkey */
        post: operations["askEnrollment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every version of a person, who looked at their countries, how each ending took effect; no countries */
        get: operations["personHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bind what somebody signs in with, while they are unverified or ended */
        post: operations["bindIdentity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/identities/propose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask two others to approve what somebody who is verified signs in with besides */
        post: operations["proposeIdentity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/identities/unbind": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take away what somebody signs in with, at once */
        post: operations["unbindIdentity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Merge another record of the same human being into this one, at once; nobody gains by it */
        post: operations["mergePeople"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Somebody's passkeys */
        get: operations["passkeysOfPerson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/passkeys/{credentialId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take away one of somebody's passkeys, at once */
        delete: operations["removePasskey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask two others to approve a change that widens access */
        post: operations["proposePersonChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Somebody's sessions that have not ended */
        get: operations["sessionsOfPerson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End somebody's session at once */
        delete: operations["endSessionOfPerson"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Split somebody new from a record that is of two human beings, at once; nobody gains by it */
        post: operations["splitPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/ties/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at a foreign person's countries for a stated purpose, on record */
        post: operations["lookAtTies"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The roster as a spreadsheet without countries, ?format=xlsx or csv */
        get: operations["exportPeople"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a spreadsheet of people would change; with ?apply=<digest>&reason= exactly that is done */
        post: operations["importPeople"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policy-sets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The policy set in force, and what the one of this version would change */
        get: operations["policySets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policy-sets/{digest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The schema and the policies of a set that is kept */
        get: operations["policySetText"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policy-sets/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try an edited policy set: findings with line and column, examples, both proofs, what differs; nothing is kept */
        post: operations["checkPolicySet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policy-sets/effects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Who would gain or lose which action on what if a policy set were in force, by classes, all of it */
        post: operations["policyEffect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policy-sets/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask two others to put a policy set in force: an edited one, the one of this version, or an earlier one */
        post: operations["proposePolicySet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policy-sets/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every policy set that came in force, newest first: when, who asked, who approved, why */
        get: operations["policySetVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refusals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Refusals that are worth a look, by plain rules, with how far somebody is with each; ?all=true, also those that are closed */
        get: operations["refusals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refusals/{decisionId}/triage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say how far you are with a refusal: looking, harmless or incident */
        post: operations["triageRefusal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The record of releases (22 CFR 120.15(e)), newest first: ?authorizationId=, &personId=, &fileId=, &placeCountry=, &from=&to=, &order=; with &purpose= the countries that counted, also &nationality= */
        get: operations["releases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/releases/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The record of releases as a spreadsheet in the order in which they were recorded, ?format=xlsx or csv */
        get: operations["exportReleases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/releases/unusual": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Releases that are unusual by plain rules, among the newest */
        get: operations["unusualReleases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What you asked for after you were refused, and what became of it
         * @description Nothing is decided: it shows the caller's own requests, to the caller alone.
         */
        get: operations["requests"];
        put?: never;
        /**
         * Ask for what would change a refusal of yours, of the role that it names
         * @description Nothing is decided: whoever was refused is permitted nothing; it rests on a refusal of their own that is on record, and gives nothing.
         */
        post: operations["makeRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/requests/{requestId}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say what was done about a request, or why not; it gives nothing by itself */
        post: operations["answerRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/requests/{requestId}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back what you asked for
         * @description Nothing is decided: it takes back the caller's own request.
         */
        post: operations["withdrawRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/requests/waiting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people who were refused ask of your role */
        get: operations["requestsWaiting"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roster/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What differs between two moments: ?from=&to= (ISO 8601) */
        get: operations["compareRoster"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your session by its cookie and a proof of the browser's key, and the ways to sign in
         * @description Nothing is decided: nobody is signed in before they have signed in; a session is shown to whoever has it and proves its key.
         */
        get: operations["session"];
        put?: never;
        post?: never;
        /**
         * End your session
         * @description Nothing is decided: it ends the caller's own session.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/certificate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in with a client certificate, with a proof of the browser's key
         * @description Nothing is decided: nobody is signed in before they have signed in.
         */
        post: operations["signInByCertificate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/issuer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in at an organization's own provider, with a proof of the browser's key
         * @description Nothing is decided: nobody is signed in before they have signed in.
         */
        post: operations["signInAtIssuer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with the answer of a passkey
         * @description Nothing is decided: nobody is signed in before they have signed in.
         */
        post: operations["signInWithPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in with a passkey, with a proof of the browser's key
         * @description Nothing is decided: nobody is signed in before they have signed in.
         */
        post: operations["beginPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/program": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for the sign-in of a program, with a proof of its key; its person confirms it in a browser
         * @description Nothing is decided: nobody is signed in before they have signed in.
         */
        post: operations["askForProgram"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/program/grant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a program in as yourself, by a session in a browser
         * @description Nothing is decided: it gives a program the caller's own identity, by their session in a browser and nothing else.
         */
        post: operations["grantToProgram"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/program/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange what the browser brought back for a session, with a proof of the same key
         * @description Nothing is decided: nobody is signed in before they have signed in.
         */
        post: operations["exchangeGrant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your sessions that have not ended
         * @description Nothing is decided: it shows the caller's own sessions, to the caller alone.
         */
        get: operations["sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of your sessions
         * @description Nothing is decided: it ends a session of the caller alone.
         */
        delete: operations["endOwnSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules that counsel decides, with who, when and why */
        get: operations["settings"];
        put?: never;
        /** Change a rule that counsel decided; what widens takes two others */
        post: operations["changeSetting"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shared-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files that others shared with you, of those that you could open now */
        get: operations["sharedFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-ins/failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sign-ins that did not come about since this gate started: how many by way and reason, and the newest */
        get: operations["failedSignIns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reviews and briefings that are due, which is never a refusal, and how many candidates and cases wait */
        get: operations["tasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/authorizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What of authorizations is due: expiry, draw-down, duties, notices of agreements; due is never a refusal */
        get: operations["authorizationTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/classifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What of classifications is due: open questions, pending determinations, reviews; due is never a refusal */
        get: operations["classificationTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/duties": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The duties of authorizations that you own and that are not done
         * @description Nothing is decided: it shows the caller's own duties, to the caller alone.
         */
        get: operations["ownDuties"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vaults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The vaults that you may see */
        get: operations["vaults"];
        put?: never;
        /** Create a vault of labels that are defined */
        post: operations["createVault"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ledger/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The latest signed checkpoint (C2SP signed note)
         * @description Nothing is decided: a checkpoint is made to be kept by others, and tells the size and the root of the ledger alone.
         */
        get: operations["checkpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ledger/tile/{level}/{tile}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A tile of hashes (C2SP tlog-tiles): level, number in groups of three digits, width where it is partial
         * @description Nothing is decided: every hash is of an entry with a salt in it, so that it tells nothing about the entry.
         */
        get: operations["ledgerTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ledger/tile/entries/{tile}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A bundle of entries (C2SP tlog-tiles), whole or not at all */
        get: operations["ledgerEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        accessChange: {
            /** Format: uuid */
            authorizationId: string;
            /** @constant */
            kind: "authorization-ends";
        } | {
            /** Format: uuid */
            authorizationId?: string;
            /** @constant */
            kind: "authorization-terms";
            terms: {
                certificate?: string;
                citation: string;
                countries: string[];
                determinations: {
                    /** Format: date-time */
                    at: string;
                    /** Format: uuid */
                    by: string;
                    country: string;
                    text: string;
                }[];
                documents?: {
                    /** Format: uuid */
                    file: string;
                    title: string;
                }[];
                employees?: {
                    /** Format: date-time */
                    at: string;
                    /** Format: uuid */
                    by: string;
                    /** @enum {string} */
                    option: "126.18(c)(1)" | "126.18(c)(2)" | "126.18(d)";
                    /** @enum {string} */
                    outcome: "covered" | "refused";
                    /** Format: uuid */
                    person: string;
                    text: string;
                }[];
                endUse?: string;
                exemption?: {
                    certification: {
                        /** Format: date */
                        on: string;
                        /** Format: uuid */
                        signer: string;
                    };
                    evidence: {
                        [key: string]: string;
                    };
                    section: string;
                    territory?: string[];
                };
                items: string[];
                /** @enum {string} */
                kind: "DSP-5" | "DSP-61" | "DSP-73" | "DSP-85" | "TAA" | "MLA" | "WDA" | "GC" | "exemption" | "EAR-license" | "EAR-exception";
                lines?: {
                    description: string;
                    id: string;
                    item: string;
                    quantity: number;
                    unit: string;
                    valueCents: number;
                }[];
                number: string;
                parties: {
                    country: string;
                    id: string;
                    name: string;
                    /** @enum {string} */
                    role?: "signatory" | "end-user" | "foreign-consignee" | "intermediate-consignee" | "sub-licensee" | "consignor" | "freight-forwarder" | "source";
                    /** @enum {string} */
                    side: "us" | "foreign";
                    under?: string;
                }[];
                persons: string[];
                programs: string[];
                provisos: ({
                    /** @constant */
                    acknowledged?: true;
                    actions?: ("file.open" | "file.fetch" | "file.list" | "file.share" | "file.receive" | "file.protect" | "file.acknowledge" | "vault.list")[];
                    briefedWithinDays?: number;
                    id: string;
                    items?: string[];
                    /** @constant */
                    kind: "condition";
                    /** @constant */
                    nda?: true;
                    parties?: string[];
                    persons?: string[];
                    places?: string[];
                    programs?: string[];
                    text: string;
                    /** Format: date-time */
                    until?: string;
                } | {
                    id: string;
                    /** @constant */
                    kind: "obligation";
                    obligation: string;
                    text: string;
                } | {
                    /** Format: date */
                    due?: string;
                    everyMonths?: number;
                    evidence?: string;
                    id: string;
                    /** @constant */
                    kind: "duty";
                    owner: string;
                    /** Format: uuid */
                    ownerId?: string;
                    text: string;
                } | {
                    id: string;
                    /** @constant */
                    kind: "manual";
                    owner: string;
                    text: string;
                })[];
                purposes: string[];
                registrant?: string;
                replaces?: string;
                scope?: string;
                title: string;
                /** Format: date-time */
                validFrom: string;
                /** Format: date-time */
                validUntil: string;
            };
        } | {
            /** @default [] */
            assign: {
                program: string;
                purpose: string;
            }[];
            /** @constant */
            kind: "person";
            /** Format: uuid */
            personId: string;
            /** @enum {string} */
            status?: "us-person" | "foreign-person" | "unverified" | "ended";
            ties?: {
                citizenships: string[];
                formerCitizenships: string[];
                permanentResidencies: string[];
            };
            /** @default [] */
            unassign: string[];
        } | {
            country: string | null;
            /** @constant */
            kind: "place";
            /** Format: uuid */
            personId?: string;
        } | {
            /** Format: uuid */
            approvalId: string;
            /** @constant */
            kind: "approval";
        };
        accessMap: {
            answers: {
                authorization: string | null;
                citation: string | null;
                /** @enum {string} */
                effect: "permit" | "deny";
                permittedBy: {
                    code: string;
                    text: string;
                }[];
                reasons: {
                    ask: string;
                    code: string;
                    fix: string;
                    text: string;
                }[];
            }[];
            /** Format: date-time */
            at: string;
            files: {
                count: number;
                labels: string[];
                some: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                }[];
            }[];
            now: number[][];
            people: {
                count: number;
                programs: string[];
                roles: string[];
                some: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                }[];
                status: string;
            }[];
            policies: string | null;
            totals: {
                files: number;
                gains: number;
                loses: number;
                now: number;
                people: number;
                would: number;
            };
            would: number[][] | null;
        };
        accessMembers: {
            members: {
                /** Format: uuid */
                id: string;
                name: string;
            }[];
            next: string | null;
        };
        accessMembersQuestion: {
            after?: string;
            asOf?: string;
            change?: {
                /** Format: uuid */
                authorizationId: string;
                /** @constant */
                kind: "authorization-ends";
            } | {
                /** Format: uuid */
                authorizationId?: string;
                /** @constant */
                kind: "authorization-terms";
                terms: components["schemas"]["registerAuthorization"];
            } | {
                /** @default [] */
                assign?: {
                    program: string;
                    purpose: string;
                }[];
                /** @constant */
                kind: "person";
                /** Format: uuid */
                personId: string;
                /** @enum {string} */
                status?: "us-person" | "foreign-person" | "unverified" | "ended";
                ties?: {
                    citizenships: string[];
                    formerCitizenships: string[];
                    permanentResidencies: string[];
                };
                /** @default [] */
                unassign?: string[];
            } | {
                country: string | null;
                /** @constant */
                kind: "place";
                /** Format: uuid */
                personId?: string;
            } | {
                /** Format: uuid */
                approvalId: string;
                /** @constant */
                kind: "approval";
            };
            /** @enum {string} */
            of: "people" | "files";
            /** Format: uuid */
            with: string;
        };
        accessQuestion: {
            asOf?: string;
            change?: {
                /** Format: uuid */
                authorizationId: string;
                /** @constant */
                kind: "authorization-ends";
            } | {
                /** Format: uuid */
                authorizationId?: string;
                /** @constant */
                kind: "authorization-terms";
                terms: components["schemas"]["registerAuthorization"];
            } | {
                /** @default [] */
                assign?: {
                    program: string;
                    purpose: string;
                }[];
                /** @constant */
                kind: "person";
                /** Format: uuid */
                personId: string;
                /** @enum {string} */
                status?: "us-person" | "foreign-person" | "unverified" | "ended";
                ties?: {
                    citizenships: string[];
                    formerCitizenships: string[];
                    permanentResidencies: string[];
                };
                /** @default [] */
                unassign?: string[];
            } | {
                country: string | null;
                /** @constant */
                kind: "place";
                /** Format: uuid */
                personId?: string;
            } | {
                /** Format: uuid */
                approvalId: string;
                /** @constant */
                kind: "approval";
            };
        };
        acknowledgeProvisos: {
            texts: string[];
        };
        addPerson: {
            /** @default false */
            actsForForeignEmployer?: boolean;
            /** @default null */
            briefedOn?: string | null;
            /** @default null */
            employer?: string | null;
            externalId?: string | null;
            /** @enum {string} */
            kind: "employee" | "contractor" | "visitor" | "vendor-staff" | "service-owner";
            mail?: string | null;
            name: string;
            /** @default null */
            ndaSignedOn?: string | null;
            /** @default null */
            regularEmployee?: ("direct-permanent" | "long-term-contract") | null;
        };
        alarms: {
            alarms: {
                /** Format: date-time */
                at: string;
                /** Format: uuid */
                entryId: string;
                /** Format: uuid */
                id: string;
                leafHash: string;
                raisedFrom: string | null;
                /** Format: date-time */
                recordedAt: string;
            }[];
        };
        amendAuthorization: {
            amendment?: {
                reference?: string;
                /** @enum {string} */
                route: "123.25" | "major" | "minor" | "reissued";
            };
            reason: string;
            terms: components["schemas"]["registerAuthorization"];
            version: number;
        };
        answerRequest: {
            /** @enum {string} */
            outcome: "done" | "declined";
            text: string;
        };
        approval: {
            about: {
                id: string;
                /** @enum {string} */
                kind: "person" | "authorization" | "file" | "enclave";
                name: string;
            };
            approvedBy: {
                /** Format: uuid */
                id: string;
                name: string;
            }[];
            declined: {
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
                reason: string;
            } | null;
            digest: string;
            /** Format: date-time */
            expiresAt: string;
            hasEffect: boolean;
            /** Format: uuid */
            id: string;
            kind: string;
            needed: number;
            needsOfficial: boolean;
            /** Format: date-time */
            requestedAt: string;
            requestedBy: {
                /** Format: uuid */
                id: string;
                name: string;
            };
            /** @enum {string} */
            state: "pending" | "executed" | "withdrawn" | "declined" | "expired" | "outdated";
            title: string;
            waitsForYou: boolean;
        };
        approvalDeclined: {
            /** Format: uuid */
            approvalId: string;
            receipt: components["schemas"]["receipt"];
        };
        approvalEffect: {
            access: components["schemas"]["accessMap"] | null;
            /** Format: uuid */
            approvalId: string;
            effect: string | null;
            gains: number;
            loses: number;
            policies: components["schemas"]["policyEffectAnswer"] | null;
        };
        approvalGiven: {
            /** Format: uuid */
            approvalId: string;
            approved: number;
            enrollment: {
                /** Format: date-time */
                expiresAt: string;
                link: string;
            } | null;
            executed: boolean;
            needed: number;
            receipt: components["schemas"]["receipt"];
        };
        approvals: {
            approvals: components["schemas"]["approval"][];
            next: string | null;
        };
        approvalShown: {
            about: {
                id: string;
                /** @enum {string} */
                kind: "person" | "authorization" | "file" | "enclave";
                name: string;
            };
            approvedBy: {
                /** Format: uuid */
                id: string;
                name: string;
            }[];
            declined: {
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
                reason: string;
            } | null;
            details: {
                [key: string]: unknown;
            };
            digest: string;
            /** Format: date-time */
            expiresAt: string;
            hasEffect: boolean;
            /** Format: uuid */
            id: string;
            kind: string;
            needed: number;
            needsOfficial: boolean;
            /** Format: date-time */
            requestedAt: string;
            requestedBy: {
                /** Format: uuid */
                id: string;
                name: string;
            };
            /** @enum {string} */
            state: "pending" | "executed" | "withdrawn" | "declined" | "expired" | "outdated";
            title: string;
            waitsForYou: boolean;
        };
        approvalWithdrawn: {
            /** Format: uuid */
            approvalId: string;
            receipt: components["schemas"]["receipt"];
        };
        approveAuthorization: {
            effect: string;
        };
        askEnrollment: {
            reason: string;
            recovery: boolean;
        };
        askForProgram: {
            challenge: string;
            port: number | null;
        };
        attestFounder: {
            /** Format: uuid */
            founderId: string;
            statement: string;
        };
        authorization: {
            approvalId: string | null;
            approvals: {
                have: number;
                need: number;
            };
            endedAt: string | null;
            /** Format: uuid */
            id: string;
            registeredBy: string | null;
            replacedBy: string[];
            /** @enum {string} */
            state: "registered" | "effective" | "ended";
            terms: {
                certificate?: string;
                citation: string;
                countries: string[];
                determinations: {
                    /** Format: date-time */
                    at: string;
                    /** Format: uuid */
                    by: string;
                    country: string;
                    text: string;
                }[];
                documents?: {
                    /** Format: uuid */
                    file: string;
                    title: string;
                }[];
                employees?: {
                    /** Format: date-time */
                    at: string;
                    /** Format: uuid */
                    by: string;
                    /** @enum {string} */
                    option: "126.18(c)(1)" | "126.18(c)(2)" | "126.18(d)";
                    /** @enum {string} */
                    outcome: "covered" | "refused";
                    /** Format: uuid */
                    person: string;
                    text: string;
                }[];
                endUse?: string;
                exemption?: {
                    certification: {
                        /** Format: date */
                        on: string;
                        /** Format: uuid */
                        signer: string;
                    };
                    evidence: {
                        [key: string]: string;
                    };
                    section: string;
                    territory?: string[];
                };
                items: string[];
                /** @enum {string} */
                kind: "DSP-5" | "DSP-61" | "DSP-73" | "DSP-85" | "TAA" | "MLA" | "WDA" | "GC" | "exemption" | "EAR-license" | "EAR-exception";
                lines?: {
                    description: string;
                    id: string;
                    item: string;
                    quantity: number;
                    unit: string;
                    valueCents: number;
                }[];
                number: string;
                parties: {
                    country: string;
                    id: string;
                    name: string;
                    /** @enum {string} */
                    role?: "signatory" | "end-user" | "foreign-consignee" | "intermediate-consignee" | "sub-licensee" | "consignor" | "freight-forwarder" | "source";
                    /** @enum {string} */
                    side: "us" | "foreign";
                    under?: string;
                }[];
                persons: string[];
                programs: string[];
                provisos: ({
                    /** @constant */
                    acknowledged?: true;
                    actions?: ("file.open" | "file.fetch" | "file.list" | "file.share" | "file.receive" | "file.protect" | "file.acknowledge" | "vault.list")[];
                    briefedWithinDays?: number;
                    id: string;
                    items?: string[];
                    /** @constant */
                    kind: "condition";
                    /** @constant */
                    nda?: true;
                    parties?: string[];
                    persons?: string[];
                    places?: string[];
                    programs?: string[];
                    text: string;
                    /** Format: date-time */
                    until?: string;
                } | {
                    id: string;
                    /** @constant */
                    kind: "obligation";
                    obligation: string;
                    text: string;
                } | {
                    /** Format: date */
                    due?: string;
                    everyMonths?: number;
                    evidence?: string;
                    id: string;
                    /** @constant */
                    kind: "duty";
                    owner: string;
                    /** Format: uuid */
                    ownerId?: string;
                    text: string;
                } | {
                    id: string;
                    /** @constant */
                    kind: "manual";
                    owner: string;
                    text: string;
                })[];
                purposes: string[];
                registrant?: string;
                replaces?: string;
                scope?: string;
                title: string;
                /** Format: date-time */
                validFrom: string;
                /** Format: date-time */
                validUntil: string;
            };
            version: number;
        };
        authorizationAmended: {
            approvalId: string | null;
            authorization: components["schemas"]["authorization"];
            receipt: components["schemas"]["receipt"];
        };
        authorizationChanged: {
            authorization: components["schemas"]["authorization"];
            receipt: components["schemas"]["receipt"];
        };
        authorizationDuties: {
            duties: {
                due: string | null;
                duty: string;
                isDone: boolean;
                isOverdue: boolean;
                occurrence: string | null;
                owner: string | null;
                ownerId: string | null;
                rule: {
                    citation: string;
                    figure: number;
                    id: string;
                    source: string;
                    /** @enum {string} */
                    sureness: "yes" | "partly" | "no";
                    unit: string;
                } | null;
                text: string;
            }[];
            records: {
                /** Format: date-time */
                at: string;
                /** Format: uuid */
                by: string;
                conclusion: {
                    /** Format: date */
                    on: string;
                    /** @enum {string} */
                    outcome: "concluded" | "given-up";
                } | null;
                duty: string;
                evidence: {
                    /** Format: date */
                    filedOn: string;
                    /** @constant */
                    kind: "filing";
                    reference: string;
                } | {
                    /** Format: uuid */
                    fileId: string;
                    /** @constant */
                    kind: "file";
                    sha256: string;
                } | {
                    /** @constant */
                    kind: "reason";
                    text: string;
                };
                /** Format: uuid */
                id: string;
                occurrence: string | null;
                /** @enum {string} */
                outcome: "done" | "reopened";
            }[];
        };
        authorizationHistory: {
            /** Format: uuid */
            authorizationId: string;
            number: string;
            people: {
                /** Format: uuid */
                id: string;
                name: string;
            }[];
            steps: {
                amendment: {
                    reference: string | null;
                    /** @enum {string} */
                    route: "123.25" | "major" | "minor" | "reissued";
                } | null;
                approvedBy: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                }[];
                /** Format: date-time */
                at: string;
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                entryId: string | null;
                /** @enum {string} */
                happened: "founded" | "registered" | "approved" | "amended" | "ended";
                reason: string | null;
                terms: {
                    certificate?: string;
                    citation: string;
                    countries: string[];
                    determinations: {
                        /** Format: date-time */
                        at: string;
                        /** Format: uuid */
                        by: string;
                        country: string;
                        text: string;
                    }[];
                    documents?: {
                        /** Format: uuid */
                        file: string;
                        title: string;
                    }[];
                    employees?: {
                        /** Format: date-time */
                        at: string;
                        /** Format: uuid */
                        by: string;
                        /** @enum {string} */
                        option: "126.18(c)(1)" | "126.18(c)(2)" | "126.18(d)";
                        /** @enum {string} */
                        outcome: "covered" | "refused";
                        /** Format: uuid */
                        person: string;
                        text: string;
                    }[];
                    endUse?: string;
                    exemption?: {
                        certification: {
                            /** Format: date */
                            on: string;
                            /** Format: uuid */
                            signer: string;
                        };
                        evidence: {
                            [key: string]: string;
                        };
                        section: string;
                        territory?: string[];
                    };
                    items: string[];
                    /** @enum {string} */
                    kind: "DSP-5" | "DSP-61" | "DSP-73" | "DSP-85" | "TAA" | "MLA" | "WDA" | "GC" | "exemption" | "EAR-license" | "EAR-exception";
                    lines?: {
                        description: string;
                        id: string;
                        item: string;
                        quantity: number;
                        unit: string;
                        valueCents: number;
                    }[];
                    number: string;
                    parties: {
                        country: string;
                        id: string;
                        name: string;
                        /** @enum {string} */
                        role?: "signatory" | "end-user" | "foreign-consignee" | "intermediate-consignee" | "sub-licensee" | "consignor" | "freight-forwarder" | "source";
                        /** @enum {string} */
                        side: "us" | "foreign";
                        under?: string;
                    }[];
                    persons: string[];
                    programs: string[];
                    provisos: ({
                        /** @constant */
                        acknowledged?: true;
                        actions?: ("file.open" | "file.fetch" | "file.list" | "file.share" | "file.receive" | "file.protect" | "file.acknowledge" | "vault.list")[];
                        briefedWithinDays?: number;
                        id: string;
                        items?: string[];
                        /** @constant */
                        kind: "condition";
                        /** @constant */
                        nda?: true;
                        parties?: string[];
                        persons?: string[];
                        places?: string[];
                        programs?: string[];
                        text: string;
                        /** Format: date-time */
                        until?: string;
                    } | {
                        id: string;
                        /** @constant */
                        kind: "obligation";
                        obligation: string;
                        text: string;
                    } | {
                        /** Format: date */
                        due?: string;
                        everyMonths?: number;
                        evidence?: string;
                        id: string;
                        /** @constant */
                        kind: "duty";
                        owner: string;
                        /** Format: uuid */
                        ownerId?: string;
                        text: string;
                    } | {
                        id: string;
                        /** @constant */
                        kind: "manual";
                        owner: string;
                        text: string;
                    })[];
                    purposes: string[];
                    registrant?: string;
                    replaces?: string;
                    scope?: string;
                    title: string;
                    /** Format: date-time */
                    validFrom: string;
                    /** Format: date-time */
                    validUntil: string;
                };
                version: number;
            }[];
        };
        authorizationRegistered: {
            authorization: components["schemas"]["authorization"];
            receipt: components["schemas"]["receipt"];
            warnings: {
                field: string;
                text: string;
            }[];
        };
        authorizations: {
            authorizations: components["schemas"]["authorization"][];
            next: string | null;
        };
        authorizationsImported: {
            applied: {
                approvalIds: string[];
                receipt: components["schemas"]["receipt"] | null;
            } | null;
            counts: {
                amended: number;
                faults: number;
                missing: number;
                narrowed: number;
                registered: number;
                unchanged: number;
            };
            digest: string;
            faults: {
                column: string;
                row: number;
                sheet: string;
                text: string;
            }[];
            hiddenSheets: string[];
            missing: string[];
            rows: {
                authorizationId: string | null;
                differences: {
                    field: string;
                    from: string;
                    to: string;
                }[];
                number: string;
                /** @enum {string} */
                outcome: "registered" | "amended" | "narrowed";
                row: number;
                title: string;
                warnings: {
                    field: string;
                    text: string;
                }[];
            }[];
            sheet: string;
        };
        authorizationTasks: {
            next: string | null;
            officials: number;
            tasks: {
                /** Format: uuid */
                authorizationId: string;
                due: string | null;
                duty: string | null;
                isOverdue: boolean;
                level: number | null;
                line: string | null;
                number: string;
                occurrence: string | null;
                owner: string | null;
                ownerId: string | null;
                rule: {
                    citation: string;
                    figure: number;
                    id: string;
                    source: string;
                    /** @enum {string} */
                    sureness: "yes" | "partly" | "no";
                    unit: string;
                } | null;
                /** @enum {string} */
                task: "expiry" | "draw-down" | "duty";
                text: string;
                title: string;
            }[];
            usPersonReleaseYears: number;
        };
        backups: {
            backups: {
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                bytes: number;
                digest: string;
                drill: {
                    /** Format: date-time */
                    at: string;
                    behind: number;
                    /** Format: uuid */
                    canary: string;
                    /** Format: uuid */
                    opener: string;
                    seconds: number;
                } | null;
                /** Format: uuid */
                entryId: string;
                ledgerSize: number;
                /** Format: date-time */
                madeAt: string;
                objects: {
                    included: number;
                    stored: number;
                };
                path: string | null;
                verifiedAt: string | null;
            }[];
            drillEveryDays: number;
            due: ("first-backup" | "backup" | "keys" | "verify" | "first-drill" | "drill")[];
            everyDays: number;
            restoredAt: string | null;
        };
        beginEnrollment: {
            code: string;
            secret: string;
        };
        beginFounderPasskey: {
            code: string;
        };
        beginPasskey: Record<string, never>;
        boundary: {
            /** Format: date-time */
            at: string;
            clientCertificates: {
                authorities: {
                    id: string;
                    issuers: {
                        listUntil: string | null;
                        name: string;
                        trouble: string | null;
                    }[];
                }[];
                url: string;
            } | null;
            doors: {
                /** @enum {string} */
                door: "console" | "api" | "kas" | "authzen";
                isOpen: boolean;
            }[];
            gate: {
                /** @enum {string} */
                certificate: "configured" | "own";
                /** @enum {string} */
                kind: "sample" | "real";
                name: string;
                publicUrl: string;
                version: string;
            };
            issuers: {
                issuer: string;
                purposes: string[];
            }[];
            keys: {
                inUse: {
                    algorithm: string;
                    door: string;
                    kid: string;
                }[];
                old: number;
                /** @enum {string} */
                provider: "software" | "pkcs11";
                token: string | null;
            };
            ledger: {
                entries: number;
                /** @enum {string} */
                openTo: "anybody" | "places";
            };
            mail: {
                host: string;
                /** @enum {string} */
                tls: "starttls" | "implicit" | "none";
            } | null;
            otherGates: string[];
            passkeys: boolean;
            people: {
                ended: number;
                foreignPerson: number;
                unverified: number;
                usPerson: number;
            };
            places: {
                country: string;
                name: string;
                ranges: number;
            }[];
            stores: {
                database: string;
                objects: string;
                storedFiles: number;
                vaults: number;
            };
            timestamps: string | null;
        };
        candidateChanged: {
            candidate: {
                closed: {
                    /** Format: date-time */
                    at: string;
                    by: {
                        /** Format: uuid */
                        id: string;
                        name: string;
                    };
                    filedOn: string | null;
                    filing: string | null;
                    official: string | null;
                    reason: string | null;
                } | null;
                decided: {
                    /** Format: date-time */
                    at: string;
                    by: {
                        /** Format: uuid */
                        id: string;
                        name: string;
                    };
                    isProposal: boolean | null;
                    reason: string | null;
                } | null;
                /** Format: uuid */
                id: string;
                matter: {
                    about: {
                        id: string;
                        kind: string;
                    };
                    action: string;
                    /** Format: date-time */
                    at: string;
                    day: string;
                    decisionId: string;
                    items: string[];
                    programs: string[];
                } | null;
                person: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
                refusals: number;
                /** @enum {string} */
                state: "open" | "case" | "dismissed" | "notified" | "not-notified";
            };
            receipt: components["schemas"]["receipt"];
        };
        candidates: {
            candidates: {
                closed: {
                    /** Format: date-time */
                    at: string;
                    by: {
                        /** Format: uuid */
                        id: string;
                        name: string;
                    };
                    filedOn: string | null;
                    filing: string | null;
                    official: string | null;
                    reason: string | null;
                } | null;
                decided: {
                    /** Format: date-time */
                    at: string;
                    by: {
                        /** Format: uuid */
                        id: string;
                        name: string;
                    };
                    isProposal: boolean | null;
                    reason: string | null;
                } | null;
                /** Format: uuid */
                id: string;
                matter: {
                    about: {
                        id: string;
                        kind: string;
                    };
                    action: string;
                    /** Format: date-time */
                    at: string;
                    day: string;
                    decisionId: string;
                    items: string[];
                    programs: string[];
                } | null;
                person: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
                refusals: number;
                /** @enum {string} */
                state: "open" | "case" | "dismissed" | "notified" | "not-notified";
            }[];
            isUpToDate: boolean;
            next: string | null;
        };
        changePerson: {
            change: {
                /** @enum {string} */
                basis: "citizen" | "national" | "lpr" | "temporary-resident-1160a" | "temporary-resident-1255a" | "refugee" | "asylee";
                /** @constant */
                change: "verify-us-person";
                evidenceRef: string;
            } | {
                /** @constant */
                change: "verify-foreign-person";
                evidenceRef: string;
                ties: {
                    citizenships: string[];
                    formerCitizenships: string[];
                    permanentResidencies: string[];
                };
            } | {
                /** @constant */
                change: "grant-role";
                /** @enum {string} */
                role: "engineer" | "officer" | "administrator" | "auditor" | "analyst" | "empowered-official";
            } | {
                /** @constant */
                change: "remove-role";
                /** @enum {string} */
                role: "engineer" | "officer" | "administrator" | "auditor" | "analyst" | "empowered-official";
            } | {
                /** @constant */
                change: "assign";
                program: string;
                purpose: string;
            } | {
                /** @constant */
                change: "unassign";
                program: string;
                purpose: string;
            } | {
                /** @constant */
                change: "add-tie";
                country: string;
                /** @enum {string} */
                tie: "citizenship" | "former-citizenship" | "permanent-residency";
            } | {
                /** @constant */
                change: "remove-tie";
                country: string;
                /** @enum {string} */
                tie: "citizenship" | "former-citizenship" | "permanent-residency";
            } | {
                /** @enum {string} */
                basis: "direct-permanent" | "long-term-contract";
                /** @constant */
                change: "record-regular-employee";
            } | {
                /** @constant */
                change: "end-regular-employment";
            } | {
                /** @constant */
                change: "record-nda";
                /** Format: date */
                signedOn: string;
            } | {
                /** @constant */
                change: "withdraw-nda";
            } | {
                /** Format: date */
                briefedOn: string;
                /** @constant */
                change: "record-briefing";
            } | {
                /** @constant */
                change: "record-foreign-employer";
            } | {
                /** @constant */
                change: "clear-foreign-employer";
            } | {
                /** @constant */
                change: "change-employer";
                employer: string | null;
            } | {
                /** @constant */
                change: "correct";
                displayName?: string;
                evidenceRef?: string;
                externalId?: string | null;
                /** @enum {string} */
                kind?: "employee" | "contractor" | "visitor" | "vendor-staff" | "service-owner";
                mail?: string | null;
                /** Format: date */
                ndaSignedOn?: string;
            } | {
                /** @constant */
                change: "review";
            };
            reason: string;
            version: number;
        };
        changeSetting: {
            on: boolean;
            reason: string;
            /** @enum {string} */
            setting: "foreign-employer-bars";
        } | {
            months: number | null;
            reason: string;
            /** @enum {string} */
            role: "engineer" | "officer" | "administrator" | "auditor" | "analyst" | "empowered-official";
            /** @constant */
            setting: "review-interval";
            /** @enum {string} */
            task: "status-review" | "briefing";
        } | {
            reason: string;
            /** @constant */
            setting: "us-person-release-retention";
            years: number;
        };
        checkLegalData: {
            data: {
                [key: string]: unknown;
            };
        };
        checkPolicySet: {
            /** @default [] */
            examples?: {
                /** @enum {string} */
                action: "file.protect" | "file.list" | "file.fetch" | "file.open" | "file.delete" | "file.reclassify" | "file.rescue" | "file.share" | "file.receive" | "file.acknowledge" | "file.unshare" | "vault.list" | "vault.create" | "label.list" | "label.define" | "person.list" | "person.add" | "person.propose" | "person.change" | "person.look" | "person.import" | "person.export" | "person.end" | "person.merge" | "person.split" | "identity.bind" | "identity.unbind" | "identity.enroll" | "identity.list" | "session.end" | "signin.list" | "authorization.list" | "authorization.register" | "authorization.approve" | "authorization.amend" | "authorization.draw" | "authorization.fulfil" | "authorization.end" | "classification.list" | "classification.register" | "classification.withdraw" | "candidate.list" | "candidate.decide" | "candidate.determine" | "approval.list" | "approval.give" | "approval.decline" | "approval.withdraw" | "notice.resend" | "request.answer" | "refusal.list" | "refusal.triage" | "setting.change" | "key.list" | "key.rotate" | "key.move" | "key.destroy" | "decision.explain" | "decision.search" | "ledger.read" | "backup.list" | "backup.create";
                by?: string[];
                context?: {
                    [key: string]: unknown;
                };
                /** @enum {string} */
                decision: "permit" | "deny";
                principal?: {
                    [key: string]: unknown;
                };
                resource?: {
                    [key: string]: unknown;
                };
                title: string;
            }[];
            policyText: string;
        };
        classification: {
            approvals: {
                have: number;
                need: number;
            };
            effectiveAt: string | null;
            endedAt: string | null;
            /** Format: uuid */
            id: string;
            reason: string;
            /** Format: date-time */
            registeredAt: string;
            registeredBy: string | null;
            says: string;
            /** @enum {string} */
            state: "registered" | "in-force" | "superseded" | "withdrawn";
            supersededBy: string | null;
            terms: {
                basis: {
                    /** @constant */
                    kind: "self";
                    orderOfReview: string;
                    speciallyDesigned?: string;
                } | {
                    case: string;
                    /** Format: date */
                    determinedOn: string;
                    /** @constant */
                    kind: "commodity-jurisdiction";
                    /** Format: uuid */
                    letter: string;
                } | {
                    case: string;
                    /** Format: date */
                    determinedOn: string;
                    /** @constant */
                    kind: "ccats";
                    /** Format: uuid */
                    letter?: string;
                } | {
                    /** Format: date */
                    dated: string;
                    /** @constant */
                    kind: "statement";
                    /** Format: uuid */
                    letter?: string;
                    /** @enum {string} */
                    of: "government" | "supplier";
                    text: string;
                    who: string;
                };
                decidedBy: string;
                /** Format: date */
                decidedOn: string;
                doubt?: {
                    case?: string;
                    /** Format: date */
                    filedOn?: string;
                    question: string;
                };
                /** @enum {string} */
                jurisdiction: "itar" | "ear" | "neither" | "unknown";
                lines: ({
                    classified: boolean;
                    mtcr: boolean;
                    sme: boolean;
                    usml: string;
                } | {
                    eccn: string;
                })[];
                /** Format: date */
                nextReview: string;
                note?: string;
                number: string;
                parts: string[];
                program?: string;
                supersedes?: string;
                title: string;
            };
            withdrawn: {
                /** Format: uuid */
                by: string;
                reason: string;
            } | null;
        };
        classificationCarriers: {
            filesWithAdded: string[];
            labels: {
                dimension: string;
                fqn: string;
                reads: string | null;
                title: string;
                value: string;
            }[];
            vaults: {
                fileCount: number;
                /** Format: uuid */
                id: string;
                name: string;
            }[];
        };
        classificationChanged: {
            classification: components["schemas"]["classification"];
            receipt: components["schemas"]["receipt"];
        };
        classificationHistory: {
            line: components["schemas"]["classification"][];
        };
        classificationLists: {
            /** Format: date */
            asOf: string;
            categories: {
                category: string;
                technicalData: string;
                title: string;
            }[];
            citation: string;
            structure: {
                source: string;
                /** @enum {string} */
                sureness: "yes" | "partly" | "no";
            };
            technicalData: {
                source: string;
                /** @enum {string} */
                sureness: "yes" | "partly" | "no";
            };
            titles: {
                source: string;
                /** @enum {string} */
                sureness: "yes" | "partly" | "no";
            };
        };
        classificationRegistered: {
            approvalId: string | null;
            classification: components["schemas"]["classification"];
            control: {
                lowered: string[];
                raised: string[];
            } | null;
            receipt: components["schemas"]["receipt"];
            warnings: {
                field: string;
                text: string;
            }[];
        };
        classifications: {
            classifications: components["schemas"]["classification"][];
            next: string | null;
        };
        classificationTasks: {
            inDoubt: components["schemas"]["classification"][];
            reviews: components["schemas"]["classification"][];
        };
        closeCandidate: {
            /** Format: date */
            filedOn: string;
            filing: string;
        };
        closeUnfiled: {
            reason: string;
        };
        createVault: {
            description: string;
            labels: string[];
            name: string;
        };
        decideCandidate: {
            reason: string;
        };
        decisions: {
            decisions: {
                action: string;
                /** Format: date-time */
                at: string;
                authorization: string | null;
                door: string;
                /** @enum {string} */
                effect: "permit" | "deny";
                /** Format: uuid */
                id: string;
                ledgerIndex: number;
                person: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                reasons: {
                    code: string;
                    text: string;
                }[];
                resource: {
                    id: string;
                    kind: string;
                    name: string | null;
                };
            }[];
            next: string | null;
        };
        declineApproval: {
            digest: string;
            reason: string;
        };
        defineLabel: {
            basis?: string;
            /** @enum {string} */
            dimension: "jurisdiction" | "program" | "item" | "dissem" | "relto" | "cui" | "distribution";
            record: string | null;
            title: string;
            value: string;
        };
        deleteFile: {
            reason: string;
        };
        destroyKey: {
            reason: string;
        };
        drawAuthorization: {
            line: string;
            quantity: number;
            reference: string;
            valueCents: number;
        };
        draws: {
            balances: {
                description: string;
                drawnCents: number;
                drawnQuantity: number;
                item: string;
                line: string;
                mostCents: number;
                percent: number;
                quantity: number;
                unit: string;
                valueCents: number;
                warning: number | null;
            }[];
            draws: {
                /** Format: date-time */
                at: string;
                /** Format: uuid */
                by: string;
                corrects: string | null;
                /** Format: uuid */
                id: string;
                isCorrected: boolean;
                line: string;
                quantity: number;
                reason: string | null;
                reference: string;
                valueCents: number;
            }[];
            exhaustedAt: string | null;
            retained: {
                rule: {
                    citation: string;
                    figure: number;
                    id: string;
                    source: string;
                    /** @enum {string} */
                    sureness: "yes" | "partly" | "no";
                    unit: string;
                };
                until: string | null;
            };
        };
        dueMailResent: {
            mail: boolean;
            /** Format: uuid */
            mailId: string;
            receipt: components["schemas"]["receipt"];
        };
        dueMails: {
            mail: boolean;
            mails: {
                attempts: number;
                /** Format: date */
                day: string;
                /** Format: uuid */
                id: string;
                matters: number;
                recipient: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
                settledAt: string | null;
                /** @enum {string} */
                state: "waiting" | "sent" | "failed" | "dropped";
                trouble: ("unreachable" | "timeout" | "tls" | "login" | "cut" | "protocol" | "refused-sender" | "deferred" | "refused-recipient" | "refused-message" | "outcome-unknown" | "request-closed" | "not-eligible" | "no-address") | null;
            }[];
        };
        dutyRecorded: {
            receipt: components["schemas"]["receipt"];
            /** Format: uuid */
            recordId: string;
        };
        enclave: {
            /** @enum {string} */
            kind: "sample" | "real";
            ledger: {
                keys: string[];
                origin: string;
                receiptKey: string;
            };
            name: string;
            publicUrl: string;
            readyForControlledData: boolean;
            signIn: {
                clientId: string;
                issuer: string;
                resource: string | null;
                scope: string;
            } | null;
            /** @enum {string} */
            state: "founding" | "founded";
            version: string;
            wrappingKey: components["schemas"]["wrappingKey"];
        };
        endAuthorization: {
            reason: string;
        };
        endPerson: {
            /** @enum {string} */
            kind: "left" | "status-ended";
            reason: string;
        };
        endRescue: {
            reason: string;
        };
        enrollFounder: {
            code: string;
        };
        enrollFounderPasskey: {
            challengeId: string;
            code: string;
            response: {
                id: string;
                rawId: string;
                response: {
                    attestationObject: string;
                    clientDataJSON: string;
                    transports?: ("ble" | "cable" | "hybrid" | "internal" | "nfc" | "smart-card" | "usb")[];
                };
                /** @constant */
                type: "public-key";
            };
        };
        enrollmentAsked: {
            /** Format: uuid */
            approvalId: string;
            code: string;
            needed: number;
            receipt: components["schemas"]["receipt"];
        };
        enrollmentBegun: {
            challengeId: string;
            options: {
                [key: string]: unknown;
            };
            person: {
                /** Format: uuid */
                id: string;
                name: string;
            };
        };
        enrollPasskey: {
            challengeId: string;
            code: string;
            response: {
                id: string;
                rawId: string;
                response: {
                    attestationObject: string;
                    clientDataJSON: string;
                    transports?: ("ble" | "cable" | "hybrid" | "internal" | "nfc" | "smart-card" | "usb")[];
                };
                /** @constant */
                type: "public-key";
            };
            secret: string;
        };
        exchangeGrant: {
            grant: string;
            verifier: string;
        };
        exemptions: {
            /** Format: date */
            day: string;
            preconditions: {
                check: string;
                id: string;
                text: string;
            }[];
            sections: {
                citation: string;
                conditions: {
                    check: string;
                    id: string;
                    text: string;
                }[];
                note?: string;
                section: string;
                source: string;
                /** @enum {string} */
                sureness: "yes" | "partly" | "no";
                title: string;
            }[];
        };
        explanation: {
            action: string;
            /** Format: date-time */
            at: string;
            attributes: {
                [key: string]: unknown;
            };
            authorization: {
                citation: string;
                /** Format: uuid */
                id: string;
                number: string;
                version: number;
            } | null;
            door: string;
            /** @enum {string} */
            effect: "permit" | "deny";
            /** @enum {string} */
            guard: "agreed" | "refused" | "not-asked";
            /** Format: uuid */
            id: string;
            ledgerIndex: number | null;
            obligations: {
                id: string;
                text: string;
            }[];
            policies: {
                decided: {
                    /** @enum {string} */
                    effect: "permit" | "forbid";
                    id: string;
                    reads: string[];
                    text: string;
                }[];
                determining: string[];
                digest: string;
            };
            reasons: {
                ask: string;
                code: string;
                fix: string;
                text: string;
            }[];
            rescue: {
                /** Format: uuid */
                approvalId: string;
                instead: string[];
                policySha256: string;
            } | null;
            resource: {
                id: string | null;
                kind: string;
                name: string | null;
            };
            subject: {
                goesOnIn: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                identity: string | null;
                name: string | null;
                personId: string | null;
            };
        };
        failedSignIns: {
            counts: {
                count: number;
                /** Format: date-time */
                lastAt: string;
                /** @enum {string} */
                method: "passkey" | "oidc" | "certificate";
                /** @enum {string} */
                reason: "expired" | "cancelled" | "mismatch" | "unavailable" | "ended" | "certificate-missing" | "certificate-unknown" | "certificate-expired" | "certificate-usage" | "certificate-revoked" | "certificate-lists" | "certificate-name" | "refused";
            }[];
            newest: {
                /** Format: date-time */
                at: string;
                /** @enum {string} */
                method: "passkey" | "oidc" | "certificate";
                place: string | null;
                /** @enum {string} */
                reason: "expired" | "cancelled" | "mismatch" | "unavailable" | "ended" | "certificate-missing" | "certificate-unknown" | "certificate-expired" | "certificate-usage" | "certificate-revoked" | "certificate-lists" | "certificate-name" | "refused";
                who: {
                    issuer: string;
                    person: {
                        /** Format: uuid */
                        id: string;
                        name: string;
                    } | null;
                    subject: string;
                } | null;
            }[];
            /** Format: date-time */
            since: string;
        };
        file: {
            addedLabels: {
                fqn: string;
                title: string;
            }[];
            /** Format: uuid */
            id: string;
            labels: {
                fqn: string;
                title: string;
            }[];
            name: string;
            /** Format: date-time */
            protectedAt: string;
            /** Format: uuid */
            protectedBy: string;
            sealedBytes: number | null;
            sha256: string | null;
            /** @enum {string} */
            state: "reserved" | "stored" | "deleted";
            /** Format: uuid */
            vaultId: string;
        };
        fileCopies: {
            backups: string[];
            /** Format: uuid */
            fileId: string;
            receivers: {
                fetched: number;
                /** Format: date-time */
                lastAt: string;
                name: string;
                opened: number;
                /** Format: uuid */
                personId: string;
            }[];
        };
        fileHistory: {
            added: {
                approvedBy: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                }[];
                /** Format: date-time */
                at: string;
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
                /** Format: uuid */
                entryId: string;
                labels: string[];
                reason: string;
                version: number;
            }[];
            /** Format: uuid */
            fileId: string;
            registered: {
                labels: {
                    fqn: string;
                    title: string;
                }[];
                name: string;
                /** Format: date-time */
                protectedAt: string;
                protectedBy: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
                /** @enum {string} */
                state: "reserved" | "stored" | "deleted";
            } | null;
            rescues: {
                /** Format: uuid */
                approvalId: string;
                approvedBy: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                }[];
                /** Format: date-time */
                at: string;
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
                end: {
                    /** Format: date-time */
                    at: string;
                    by: {
                        /** Format: uuid */
                        id: string;
                        name: string;
                    };
                    /** Format: uuid */
                    entryId: string;
                    reason: string;
                } | null;
                /** Format: uuid */
                entryId: string;
                from: string[];
                policySha256: string;
                reason: string;
                to: string[];
            }[];
        };
        fileName: string;
        fileProvisos: {
            authorization: {
                citation: string;
                /** Format: uuid */
                id: string;
                /** @enum {string} */
                kind: "DSP-5" | "DSP-61" | "DSP-73" | "DSP-85" | "TAA" | "MLA" | "WDA" | "GC" | "exemption" | "EAR-license" | "EAR-exception";
                number: string;
                /** Format: date-time */
                validUntil: string;
            } | null;
            conditions: {
                id: string;
                text: string;
            }[];
            obligations: {
                id: string;
                text: string;
            }[];
            provisos: {
                id: string;
                isAcknowledged: boolean;
                text: string;
                textSha256: string;
            }[];
        };
        fileReclassified: {
            added: string[];
            approvalId: string | null;
            /** Format: uuid */
            fileId: string;
            isRegistered: boolean;
            needed: number;
            receipt: components["schemas"]["receipt"];
        };
        fileReserved: {
            alsoWrapTo: string[];
            file: components["schemas"]["file"];
            key: components["schemas"]["wrappingKey"];
            receipt: components["schemas"]["receipt"];
        };
        files: {
            files: components["schemas"]["file"][];
            next: string | null;
        };
        fileShared: {
            couldOpen: boolean | null;
            receipt: components["schemas"]["receipt"];
            /** Format: uuid */
            shareId: string;
            with: {
                person: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
            } | {
                program: string;
            };
        };
        fileShares: {
            /** Format: uuid */
            fileId: string;
            shares: {
                /** Format: date-time */
                at: string;
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
                /** Format: uuid */
                id: string;
                with: {
                    person: {
                        /** Format: uuid */
                        id: string;
                        name: string;
                    };
                } | {
                    program: string;
                };
            }[];
        };
        fileShown: {
            addedLabels: {
                fqn: string;
                title: string;
            }[];
            deletion: {
                /** Format: uuid */
                approvalId: string;
                /** Format: date-time */
                expiresAt: string;
                isYours: boolean;
                /** Format: date-time */
                requestedAt: string;
            } | null;
            /** Format: uuid */
            id: string;
            labels: {
                fqn: string;
                title: string;
            }[];
            name: string;
            /** Format: date-time */
            protectedAt: string;
            /** Format: uuid */
            protectedBy: string;
            sealedBytes: number | null;
            sha256: string | null;
            /** @enum {string} */
            state: "reserved" | "stored" | "deleted";
            /** Format: uuid */
            vaultId: string;
        };
        filesMoved: {
            damaged: string[];
            kid: string;
            left: number | null;
            moved: number;
            next: {
                /** Format: uuid */
                after: string;
                kid: string;
            } | null;
            receipt: components["schemas"]["receipt"] | null;
        };
        fileStored: {
            file: components["schemas"]["file"];
            receipt: components["schemas"]["receipt"];
        };
        fileUnshared: {
            receipt: components["schemas"]["receipt"];
            /** Format: uuid */
            shareId: string;
        };
        founding: {
            absenceRule: string | null;
            attention: string[];
            enclave: string;
            founders: {
                attestedBy: string[];
                /** @enum {string} */
                basis: "citizen" | "national" | "lpr" | "temporary-resident-1160a" | "temporary-resident-1255a" | "refugee" | "asylee";
                codeUntil: string | null;
                evidence: string;
                /** Format: uuid */
                id: string;
                identity: {
                    /** Format: date-time */
                    at: string;
                    issuer: string;
                    subject: string;
                } | null;
                name: string;
                official: boolean;
                /** @enum {string} */
                role: "officer" | "administrator";
            }[];
            issuer: string;
            missing: string[];
            subject: string;
            you: string | null;
        };
        foundingChanged: {
            founding: components["schemas"]["founding"];
            receipt: components["schemas"]["receipt"];
        };
        foundingClosed: {
            enclave: string;
            receipt: components["schemas"]["receipt"];
        };
        foundLabels: {
            isOn: boolean;
            outside: string;
        }[];
        fulfilDuty: {
            conclusion?: {
                /** Format: date */
                on: string;
                /** @enum {string} */
                outcome: "concluded" | "given-up";
            };
            duty: string;
            evidence: {
                /** Format: date */
                filedOn: string;
                /** @constant */
                kind: "filing";
                reference: string;
            } | {
                /** Format: uuid */
                fileId: string;
                /** @constant */
                kind: "file";
            } | {
                /** @constant */
                kind: "reason";
                text: string;
            };
            /** Format: date */
            occurrence?: string;
        };
        giveApproval: {
            digest: string;
            effect?: string;
        };
        grantToProgram: {
            request: string;
        };
        identity: {
            issuer?: string;
            subject: string;
        };
        identityChanged: {
            issuer: string;
            /** Format: uuid */
            personId: string;
            receipt: components["schemas"]["receipt"];
            subject: string;
        };
        keyProposed: {
            /** Format: uuid */
            approvalId: string;
            kid: string;
            needed: number;
            receipt: components["schemas"]["receipt"];
        };
        keys: {
            filesOfTheEnclave: number;
            keys: {
                algorithm: string;
                door: string;
                files: number | null;
                kid: string;
                /** Format: date-time */
                madeAt: string;
                /** @enum {string} */
                state: "waiting" | "current" | "old";
            }[];
        };
        labelDefined: {
            label: {
                basis: string;
                /** Format: uuid */
                classifiedBy: string;
                /** @enum {string} */
                dimension: "jurisdiction" | "program" | "item" | "dissem" | "relto" | "cui" | "distribution";
                fqn: string;
                title: string;
                value: string;
            };
            receipt: components["schemas"]["receipt"];
        };
        labelMapped: {
            approvalId: string | null;
            needed: number;
            outside: string;
            receipt: components["schemas"]["receipt"];
        };
        labelMappings: {
            mappings: {
                approvedBy: string[];
                basis: string;
                /** Format: uuid */
                changedBy: string;
                labels: string[];
                outside: string;
                version: number;
            }[];
        };
        labels: {
            labels: {
                basis: string;
                /** Format: uuid */
                classifiedBy: string;
                /** @enum {string} */
                dimension: "jurisdiction" | "program" | "item" | "dissem" | "relto" | "cui" | "distribution";
                fqn: string;
                reads: string | null;
                record: {
                    holding: {
                        number: string;
                        says: string;
                    } | null;
                    number: string;
                } | null;
                title: string;
                value: string;
            }[];
            next: string | null;
        };
        ledgerEntry: {
            aboutName: string;
            by: {
                /** Format: uuid */
                id: string;
                name: string;
            } | null;
            bytes: string;
            index: number | null;
        };
        ledgerEntryList: {
            entries: {
                about: {
                    id: string;
                    kind: string;
                    name: string;
                } | null;
                action: string | null;
                /** Format: date-time */
                at: string;
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                /** Format: uuid */
                id: string;
                index: number;
                kind: string;
            }[];
            ledgerSize: number;
            next: string | null;
        };
        legalDataChecked: {
            added: {
                employeeCountries: {
                    country: string;
                    list: string;
                    source: string;
                    sureness: string;
                    validFrom: string | null;
                    validUntil: string | null;
                }[];
                proscribedCountries: {
                    country: string;
                    list: string;
                    paragraph: string;
                    source: string;
                    sureness: string;
                    validFrom: string | null;
                    validUntil: string | null;
                }[];
                rules: {
                    rule: string;
                    says: string;
                    source: string;
                    sureness: string;
                    validFrom: string | null;
                    validUntil: string | null;
                }[];
            };
            asOf: string;
            digest: string;
            people: {
                newlyProscribed: number;
                noLongerProscribed: number;
                unknown: number;
            };
            removed: {
                employeeCountries: {
                    country: string;
                    list: string;
                    source: string;
                    sureness: string;
                    validFrom: string | null;
                    validUntil: string | null;
                }[];
                proscribedCountries: {
                    country: string;
                    list: string;
                    paragraph: string;
                    source: string;
                    sureness: string;
                    validFrom: string | null;
                    validUntil: string | null;
                }[];
                rules: {
                    rule: string;
                    says: string;
                    source: string;
                    sureness: string;
                    validFrom: string | null;
                    validUntil: string | null;
                }[];
            };
        };
        legalDataProposed: {
            /** Format: uuid */
            approvalId: string;
            digest: string;
            needed: number;
            receipt: components["schemas"]["receipt"];
        };
        legalDataShown: {
            inForce: {
                asOf: string;
                digest: string;
                rows: {
                    country: string;
                    /** @enum {string} */
                    holds: "today" | "not yet" | "no longer";
                    list: string;
                    paragraph: string | null;
                    source: string;
                    sureness: string;
                    validFrom: string | null;
                    validUntil: string | null;
                }[];
                today: string;
            } | null;
            versions: {
                asOf: string;
                digest: string;
                isInForce: boolean;
                /** Format: date-time */
                loadedAt: string;
            }[];
        };
        lineDrawn: {
            balance: {
                description: string;
                drawnCents: number;
                drawnQuantity: number;
                item: string;
                line: string;
                mostCents: number;
                percent: number;
                quantity: number;
                unit: string;
                valueCents: number;
                warning: number | null;
            };
            /** Format: uuid */
            drawId: string;
            isExhausted: boolean;
            receipt: components["schemas"]["receipt"];
        };
        lookAtTies: {
            purpose: string;
        };
        makeRequest: {
            /** Format: uuid */
            decisionId: string;
            text: string;
        };
        mapLabel: {
            basis: string;
            labels: string[] | null;
            outside: string;
        };
        mappedRead: {
            read: components["schemas"]["outsideRead"];
        };
        mappedWritten: {
            outside: string[];
        };
        me: {
            issuer: string;
            person: components["schemas"]["person"] | null;
            subject: string;
        };
        mergePeople: {
            duplicate: {
                /** Format: uuid */
                id: string;
                version: number;
            };
            reason: string;
            version: number;
        };
        moveFiles: {
            at: {
                /** Format: uuid */
                after: string;
                kid: string;
            } | null;
        };
        notice: {
            /** Format: uuid */
            approvalId: string;
            attempts: number;
            entryId: string | null;
            /** @enum {string} */
            event: "asked" | "expiring" | "executed" | "expired" | "outdated" | "withdrawn" | "declined";
            /** Format: date-time */
            madeAt: string;
            nextAt: string | null;
            recipient: {
                /** Format: uuid */
                id: string;
                name: string;
            };
            settledAt: string | null;
            /** @enum {string} */
            state: "waiting" | "sent" | "failed" | "dropped";
            trouble: ("unreachable" | "timeout" | "tls" | "login" | "cut" | "protocol" | "refused-sender" | "deferred" | "refused-recipient" | "refused-message" | "outcome-unknown" | "request-closed" | "not-eligible" | "no-address") | null;
        };
        notices: {
            mail: boolean;
            next: string | null;
            notices: components["schemas"]["notice"][];
        };
        outsideRead: {
            isOn: boolean;
            labels: string[];
            outside: string;
            /** @enum {string} */
            state: "mapped" | "unknown" | "elsewhere" | "off";
        }[];
        ownDuties: {
            duties: {
                /** Format: uuid */
                authorizationId: string;
                due: string | null;
                duty: string;
                isDone: boolean;
                isOverdue: boolean;
                number: string;
                occurrence: string | null;
                owner: string | null;
                ownerId: string | null;
                rule: {
                    citation: string;
                    figure: number;
                    id: string;
                    source: string;
                    /** @enum {string} */
                    sureness: "yes" | "partly" | "no";
                    unit: string;
                } | null;
                text: string;
            }[];
        };
        ownRefusal: {
            action: string;
            /** Format: date-time */
            at: string;
            door: string;
            human: boolean;
            /** Format: uuid */
            id: string;
            place: {
                country: string;
                known: boolean;
            };
            reasons: {
                ask: string;
                code: string;
                fix: string;
                reads: string[];
                text: string;
            }[];
            resource: {
                id: string;
                kind: string;
                name: string | null;
            };
            you: {
                programs: string[];
                roles: string[];
                status: string;
            };
        };
        ownRefusals: {
            next: string | null;
            refusals: components["schemas"]["ownRefusal"][];
        };
        packetProgress: {
            gathering: {
                done: number;
                of: number;
            } | null;
        };
        passkeyChallenge: {
            challengeId: string;
            options: {
                [key: string]: unknown;
            };
        };
        passkeyRemoved: {
            credentialId: string;
            receipt: components["schemas"]["receipt"];
        };
        passkeys: {
            passkeys: {
                aaguid: string;
                credentialId: string;
                isDeviceBound: boolean;
                /** Format: date-time */
                registeredAt: string;
                usedAt: string | null;
            }[];
        };
        people: {
            next: string | null;
            people: components["schemas"]["person"][];
        };
        peopleImported: {
            applied: {
                added: number;
                approvalId: string | null;
                changed: number;
                proposed: number;
                receipt: components["schemas"]["receipt"] | null;
            } | null;
            areMoreMissing: boolean;
            counts: {
                added: number;
                changed: number;
                faults: number;
                missing: number;
                unchanged: number;
                waiting: number;
            };
            digest: string;
            faults: {
                column: string;
                row: number;
                sheet: string;
                text: string;
            }[];
            hiddenSheets: string[];
            missing: {
                externalId: string | null;
                name: string;
                /** Format: uuid */
                personId: string;
            }[];
            people: {
                differences: {
                    field: string;
                    from: string;
                    takesApproval: boolean;
                    to: string;
                }[];
                externalId: string | null;
                name: string;
                /** @enum {string} */
                outcome: "added" | "changed" | "waiting" | "unchanged";
                personId: string | null;
                row: number;
                waitsFor: string | null;
            }[];
            sheet: string;
            similar: {
                /** @enum {string} */
                match: "same" | "look-alike";
                name: string;
                other: {
                    personId: string | null;
                    row: number | null;
                    text: string;
                };
                row: number;
                /** @enum {string} */
                what: "name" | "external id";
            }[];
        };
        peopleMerged: {
            approvedTwice: {
                /** Format: uuid */
                id: string;
                name: string;
            }[];
            disagreements: string[];
            duplicate: components["schemas"]["person"];
            identities: {
                issuer: string;
                subject: string;
            }[];
            person: components["schemas"]["person"];
            receipt: components["schemas"]["receipt"];
        };
        person: {
            actsForForeignEmployer: boolean;
            assignments: {
                program: string;
                purpose: string;
            }[];
            briefedOn: string | null;
            employer: string | null;
            endedAt: string | null;
            externalId: string | null;
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "employee" | "contractor" | "visitor" | "vendor-staff" | "service-owner";
            mail: string | null;
            mergedInto: string | null;
            name: string;
            nda: boolean;
            ndaSignedOn: string | null;
            regularEmployee: boolean;
            regularEmployeeBasis: ("direct-permanent" | "long-term-contract") | null;
            roles: ("engineer" | "officer" | "administrator" | "auditor" | "analyst" | "empowered-official")[];
            /** @enum {string} */
            status: "unverified" | "us-person" | "foreign-person" | "ended";
            verifiedAt: string | null;
            verifiedBy: string | null;
            version: number;
        };
        personAdded: {
            person: components["schemas"]["person"];
            receipt: components["schemas"]["receipt"];
            similar: {
                /** @enum {string} */
                match: "same" | "look-alike";
                name: string;
                /** Format: uuid */
                personId: string;
            }[];
        };
        personChanged: {
            person: components["schemas"]["person"];
            receipt: components["schemas"]["receipt"];
        };
        personEnded: {
            person: components["schemas"]["person"];
            receipt: components["schemas"]["receipt"];
        };
        personHistory: {
            endings: {
                /** Format: date-time */
                at: string;
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                /** Format: uuid */
                entryId: string;
                firstRefusal: {
                    action: string;
                    /** Format: date-time */
                    at: string;
                    /** Format: uuid */
                    entryId: string;
                } | null;
                lastPermit: {
                    action: string;
                    /** Format: date-time */
                    at: string;
                    /** Format: uuid */
                    entryId: string;
                } | null;
                permitAfter: {
                    action: string;
                    /** Format: date-time */
                    at: string;
                    /** Format: uuid */
                    entryId: string;
                } | null;
                untilRefusedMs: number | null;
            }[];
            goesOnIn: {
                /** Format: uuid */
                id: string;
                name: string;
            } | null;
            looks: {
                /** Format: date-time */
                at: string;
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                /** Format: uuid */
                entryId: string;
                purpose: string | null;
            }[];
            mergedFrom: {
                /** Format: date-time */
                at: string;
                /** Format: uuid */
                entryId: string;
                /** Format: uuid */
                id: string;
                name: string;
            }[];
            /** Format: uuid */
            personId: string;
            splitFrom: {
                /** Format: date-time */
                at: string;
                /** Format: uuid */
                entryId: string;
                /** Format: uuid */
                id: string;
                name: string;
            } | null;
            splitInto: {
                /** Format: date-time */
                at: string;
                /** Format: uuid */
                entryId: string;
                /** Format: uuid */
                id: string;
                name: string;
            }[];
            versions: {
                approvedBy: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                }[];
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                change: string;
                entryId: string | null;
                /** Format: date-time */
                from: string;
                person: components["schemas"]["person"];
                reason: string | null;
                verification: {
                    evidenceRef: string;
                    ground: ("citizen" | "national" | "lpr" | "temporary-resident-1160a" | "temporary-resident-1255a" | "refugee" | "asylee") | null;
                } | null;
            }[];
        };
        personRequest: {
            about: {
                id: string;
                kind: string;
                name: string;
            };
            action: string;
            answer: {
                /** Format: date-time */
                at: string;
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
                text: string;
            } | null;
            /** Format: date-time */
            at: string;
            by: {
                /** Format: uuid */
                id: string;
                name: string;
            };
            /** Format: uuid */
            decisionId: string;
            /** Format: uuid */
            id: string;
            roles: string[];
            /** @enum {string} */
            state: "waiting" | "done" | "declined" | "withdrawn";
            text: string;
        };
        personRequests: {
            next: string | null;
            requests: components["schemas"]["personRequest"][];
        };
        personShown: {
            actsForForeignEmployer: boolean;
            assignments: {
                program: string;
                purpose: string;
            }[];
            briefedOn: string | null;
            due: {
                /** Format: date-time */
                due: string;
                last: string | null;
                /** @enum {string} */
                role: "engineer" | "officer" | "administrator" | "auditor" | "analyst" | "empowered-official";
                /** @enum {string} */
                task: "status-review" | "briefing";
            }[];
            employer: string | null;
            endedAt: string | null;
            externalId: string | null;
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "employee" | "contractor" | "visitor" | "vendor-staff" | "service-owner";
            mail: string | null;
            mergedInto: string | null;
            name: string;
            nda: boolean;
            ndaSignedOn: string | null;
            regularEmployee: boolean;
            regularEmployeeBasis: ("direct-permanent" | "long-term-contract") | null;
            reviewedAt: string | null;
            roles: ("engineer" | "officer" | "administrator" | "auditor" | "analyst" | "empowered-official")[];
            /** @enum {string} */
            status: "unverified" | "us-person" | "foreign-person" | "ended";
            verification: {
                approvedBy: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                }[];
                /** Format: date-time */
                at: string;
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                evidenceRef: string;
                ground: ("citizen" | "national" | "lpr" | "temporary-resident-1160a" | "temporary-resident-1255a" | "refugee" | "asylee") | null;
            } | null;
            verifiedAt: string | null;
            verifiedBy: string | null;
            version: number;
        };
        personSplit: {
            identities: {
                issuer: string;
                subject: string;
            }[];
            person: components["schemas"]["person"];
            receipt: components["schemas"]["receipt"];
            somebodyNew: components["schemas"]["person"];
        };
        policyEffect: {
            policyText: string;
        } | {
            digest: string;
        };
        policyEffectAnswer: {
            /** Format: date-time */
            at: string;
            changes: {
                actions: ("file.protect" | "file.list" | "file.fetch" | "file.open" | "file.delete" | "file.reclassify" | "file.rescue" | "file.share" | "file.receive" | "file.acknowledge" | "file.unshare" | "vault.list" | "vault.create" | "label.list" | "label.define" | "person.list" | "person.add" | "person.propose" | "person.change" | "person.look" | "person.import" | "person.export" | "person.end" | "person.merge" | "person.split" | "identity.bind" | "identity.unbind" | "identity.enroll" | "identity.list" | "session.end" | "signin.list" | "authorization.list" | "authorization.register" | "authorization.approve" | "authorization.amend" | "authorization.draw" | "authorization.fulfil" | "authorization.end" | "classification.list" | "classification.register" | "classification.withdraw" | "candidate.list" | "candidate.decide" | "candidate.determine" | "approval.list" | "approval.give" | "approval.decline" | "approval.withdraw" | "notice.resend" | "request.answer" | "refusal.list" | "refusal.triage" | "setting.change" | "key.list" | "key.rotate" | "key.move" | "key.destroy" | "decision.explain" | "decision.search" | "ledger.read" | "backup.list" | "backup.create")[];
                because: {
                    code: string;
                    text: string;
                }[];
                /** @enum {string} */
                change: "gains" | "loses";
                people: number;
                situations: string[];
                things: number;
            }[];
            from: string | null;
            people: {
                members: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                }[];
                programs: string[];
                roles: string[];
                status: string;
            }[];
            things: {
                kind: string;
                labels: string[];
                members: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                }[];
            }[];
            to: string;
        };
        policyExample: {
            /** @enum {string} */
            action: "file.protect" | "file.list" | "file.fetch" | "file.open" | "file.delete" | "file.reclassify" | "file.rescue" | "file.share" | "file.receive" | "file.acknowledge" | "file.unshare" | "vault.list" | "vault.create" | "label.list" | "label.define" | "person.list" | "person.add" | "person.propose" | "person.change" | "person.look" | "person.import" | "person.export" | "person.end" | "person.merge" | "person.split" | "identity.bind" | "identity.unbind" | "identity.enroll" | "identity.list" | "session.end" | "signin.list" | "authorization.list" | "authorization.register" | "authorization.approve" | "authorization.amend" | "authorization.draw" | "authorization.fulfil" | "authorization.end" | "classification.list" | "classification.register" | "classification.withdraw" | "candidate.list" | "candidate.decide" | "candidate.determine" | "approval.list" | "approval.give" | "approval.decline" | "approval.withdraw" | "notice.resend" | "request.answer" | "refusal.list" | "refusal.triage" | "setting.change" | "key.list" | "key.rotate" | "key.move" | "key.destroy" | "decision.explain" | "decision.search" | "ledger.read" | "backup.list" | "backup.create";
            by?: string[];
            context?: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            decision: "permit" | "deny";
            principal?: {
                [key: string]: unknown;
            };
            resource?: {
                [key: string]: unknown;
            };
            title: string;
        };
        policySetChecked: {
            differences: {
                added: {
                    [key: string]: string;
                };
                changed: {
                    [key: string]: string;
                };
                removed: {
                    [key: string]: string;
                };
                schema: boolean;
            };
            digest: string | null;
            examples: {
                holds: boolean;
                state: string;
                title: string;
                /** @enum {string} */
                whose: "ours" | "theirs";
            }[];
            findings: {
                code: string;
                column: number | null;
                line: number | null;
                message: string;
                policy: string | null;
            }[];
            methods: {
                method: string;
                proved: boolean;
                state: string;
            }[];
        };
        policySets: {
            differences: {
                added: {
                    [key: string]: string;
                };
                changed: {
                    [key: string]: string;
                };
                removed: {
                    [key: string]: string;
                };
                schema: boolean;
            };
            inForce: string | null;
            shipped: string;
        };
        policySetText: {
            digest: string;
            policyText: string;
            schemaText: string;
        };
        policySetVersions: {
            next: string | null;
            versions: {
                approvedBy: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                }[];
                askedBy: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                /** Format: date-time */
                at: string;
                digest: string;
                /** Format: uuid */
                entryId: string;
                inForce: boolean;
                reason: string;
            }[];
        };
        problemBody: {
            /** Format: uuid */
            decisionId?: string;
            detail?: string;
            faults?: ({
                field: string;
                text: string;
            } | {
                column: string;
                row: number;
                sheet: string;
                text: string;
            })[];
            reasons?: {
                ask: string;
                code: string;
                fix: string;
                text: string;
            }[];
            receipts?: components["schemas"]["receipt"][];
            requestId?: string;
            status: number;
            title: string;
            type: string;
            waiting?: {
                /** Format: uuid */
                id: string;
                /** @enum {string} */
                kind: "approval" | "request";
            };
        } & {
            [key: string]: unknown;
        };
        programAsked: {
            request: string;
            words: string;
        };
        programGranted: {
            grant: string;
            port: number | null;
        };
        programSignedIn: {
            /** Format: date-time */
            expiresAt: string;
            /** Format: uuid */
            id: string;
            token: string;
        };
        proposed: {
            /** Format: uuid */
            approvalId: string;
            needed: number;
            receipt: components["schemas"]["receipt"];
        };
        proposeIdentity: {
            issuer?: string;
            reason: string;
            subject: string;
        };
        proposeLegalData: {
            data: {
                [key: string]: unknown;
            };
            reason: string;
        };
        proposePolicySet: {
            digest: string;
            reason: string;
        } | {
            /** @default [] */
            examples?: {
                /** @enum {string} */
                action: "file.protect" | "file.list" | "file.fetch" | "file.open" | "file.delete" | "file.reclassify" | "file.rescue" | "file.share" | "file.receive" | "file.acknowledge" | "file.unshare" | "vault.list" | "vault.create" | "label.list" | "label.define" | "person.list" | "person.add" | "person.propose" | "person.change" | "person.look" | "person.import" | "person.export" | "person.end" | "person.merge" | "person.split" | "identity.bind" | "identity.unbind" | "identity.enroll" | "identity.list" | "session.end" | "signin.list" | "authorization.list" | "authorization.register" | "authorization.approve" | "authorization.amend" | "authorization.draw" | "authorization.fulfil" | "authorization.end" | "classification.list" | "classification.register" | "classification.withdraw" | "candidate.list" | "candidate.decide" | "candidate.determine" | "approval.list" | "approval.give" | "approval.decline" | "approval.withdraw" | "notice.resend" | "request.answer" | "refusal.list" | "refusal.triage" | "setting.change" | "key.list" | "key.rotate" | "key.move" | "key.destroy" | "decision.explain" | "decision.search" | "ledger.read" | "backup.list" | "backup.create";
                by?: string[];
                context?: {
                    [key: string]: unknown;
                };
                /** @enum {string} */
                decision: "permit" | "deny";
                principal?: {
                    [key: string]: unknown;
                };
                resource?: {
                    [key: string]: unknown;
                };
                title: string;
            }[];
            policyText: string;
            reason: string;
        };
        proveReceipt: {
            receipt: {
                /** Format: uuid */
                entryId: string;
            } & {
                [key: string]: unknown;
            };
        };
        provisosAcknowledged: {
            acknowledged: string[];
            receipt: components["schemas"]["receipt"] | null;
        };
        readMapped: {
            found: {
                isOn: boolean;
                outside: string;
            }[];
        };
        reasonText: string;
        receipt: {
            /** Format: date-time */
            at: string;
            batch: {
                index: number;
                proof: string[];
                root: string;
                size: number;
            };
            entryId: string;
            keyId: string;
            leafHash: string;
            origin: string;
            signature: string;
        };
        receiptProved: {
            alarm: string | null;
            index: number | null;
            isOverdue: boolean;
            proof: string | null;
            /** @enum {string} */
            state: "in-tree" | "pending" | "missing" | "lost";
        };
        reclassifyFile: {
            add: string[];
            /** @default null */
            designation?: string | null;
            reason: string;
            takeOff: string[];
        };
        reconciled: {
            /** Format: date-time */
            at: string;
            entries: number;
            finding: {
                column: string | null;
                index: number | null;
                key: string;
                table: string;
                text: string;
            } | null;
            pending: number;
            tables: {
                columnsNotCovered: {
                    column: string;
                    rows: number;
                }[];
                faults: number;
                rows: number;
                rowsNotCovered: number;
                table: string;
            }[];
            unknown: {
                entries: number;
                kind: string;
            }[];
            unread: {
                index: number | null;
                text: string;
            } | null;
        };
        refusals: {
            next: string | null;
            refusals: {
                about: {
                    id: string;
                    kind: string;
                    name: string;
                };
                action: string;
                /** Format: uuid */
                alike: string;
                /** Format: date-time */
                at: string;
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                /** Format: uuid */
                decisionId: string;
                door: string;
                place: {
                    country: string | null;
                    name: string;
                };
                reasons: string[];
                rules: ("stranger" | "ended" | "place" | "keeper" | "file" | "burst")[];
                triage: {
                    /** Format: date-time */
                    at: string;
                    by: {
                        /** Format: uuid */
                        id: string;
                        name: string;
                    };
                    note: string;
                    /** @enum {string} */
                    state: "looking" | "harmless" | "incident";
                } | null;
            }[];
        };
        refusalTriaged: {
            /** Format: uuid */
            decisionId: string;
            receipt: components["schemas"]["receipt"];
            /** @enum {string} */
            state: "looking" | "harmless" | "incident";
        };
        registerAuthorization: {
            certificate?: string;
            citation: string;
            countries: string[];
            determinations: {
                /** Format: date-time */
                at: string;
                /** Format: uuid */
                by: string;
                country: string;
                text: string;
            }[];
            documents?: {
                /** Format: uuid */
                file: string;
                title: string;
            }[];
            employees?: {
                /** Format: date-time */
                at: string;
                /** Format: uuid */
                by: string;
                /** @enum {string} */
                option: "126.18(c)(1)" | "126.18(c)(2)" | "126.18(d)";
                /** @enum {string} */
                outcome: "covered" | "refused";
                /** Format: uuid */
                person: string;
                text: string;
            }[];
            endUse?: string;
            exemption?: {
                certification: {
                    /** Format: date */
                    on: string;
                    /** Format: uuid */
                    signer: string;
                };
                evidence: {
                    [key: string]: string;
                };
                section: string;
                territory?: string[];
            };
            items: string[];
            /** @enum {string} */
            kind: "DSP-5" | "DSP-61" | "DSP-73" | "DSP-85" | "TAA" | "MLA" | "WDA" | "GC" | "exemption" | "EAR-license" | "EAR-exception";
            lines?: {
                description: string;
                id: string;
                item: string;
                quantity: number;
                unit: string;
                valueCents: number;
            }[];
            number: string;
            parties: {
                country: string;
                id: string;
                name: string;
                /** @enum {string} */
                role?: "signatory" | "end-user" | "foreign-consignee" | "intermediate-consignee" | "sub-licensee" | "consignor" | "freight-forwarder" | "source";
                /** @enum {string} */
                side: "us" | "foreign";
                under?: string;
            }[];
            persons: string[];
            programs: string[];
            provisos: ({
                /** @constant */
                acknowledged?: true;
                actions?: ("file.open" | "file.fetch" | "file.list" | "file.share" | "file.receive" | "file.protect" | "file.acknowledge" | "vault.list")[];
                briefedWithinDays?: number;
                id: string;
                items?: string[];
                /** @constant */
                kind: "condition";
                /** @constant */
                nda?: true;
                parties?: string[];
                persons?: string[];
                places?: string[];
                programs?: string[];
                text: string;
                /** Format: date-time */
                until?: string;
            } | {
                id: string;
                /** @constant */
                kind: "obligation";
                obligation: string;
                text: string;
            } | {
                /** Format: date */
                due?: string;
                everyMonths?: number;
                evidence?: string;
                id: string;
                /** @constant */
                kind: "duty";
                owner: string;
                /** Format: uuid */
                ownerId?: string;
                text: string;
            } | {
                id: string;
                /** @constant */
                kind: "manual";
                owner: string;
                text: string;
            })[];
            purposes: string[];
            registrant?: string;
            replaces?: string;
            scope?: string;
            title: string;
            /** Format: date-time */
            validFrom: string;
            /** Format: date-time */
            validUntil: string;
        };
        registerClassification: {
            reason: string;
            terms: {
                basis: {
                    /** @constant */
                    kind: "self";
                    orderOfReview: string;
                    speciallyDesigned?: string;
                } | {
                    case: string;
                    /** Format: date */
                    determinedOn: string;
                    /** @constant */
                    kind: "commodity-jurisdiction";
                    /** Format: uuid */
                    letter: string;
                } | {
                    case: string;
                    /** Format: date */
                    determinedOn: string;
                    /** @constant */
                    kind: "ccats";
                    /** Format: uuid */
                    letter?: string;
                } | {
                    /** Format: date */
                    dated: string;
                    /** @constant */
                    kind: "statement";
                    /** Format: uuid */
                    letter?: string;
                    /** @enum {string} */
                    of: "government" | "supplier";
                    text: string;
                    who: string;
                };
                decidedBy: string;
                /** Format: date */
                decidedOn: string;
                doubt?: {
                    case?: string;
                    /** Format: date */
                    filedOn?: string;
                    question: string;
                };
                /** @enum {string} */
                jurisdiction: "itar" | "ear" | "neither" | "unknown";
                lines: ({
                    classified: boolean;
                    mtcr: boolean;
                    sme: boolean;
                    usml: string;
                } | {
                    eccn: string;
                })[];
                /** Format: date */
                nextReview: string;
                note?: string;
                number: string;
                parts: string[];
                program?: string;
                supersedes?: string;
                title: string;
            };
        };
        releases: {
            ledgerSize: number;
            next: string | null;
            releases: {
                /** Format: date-time */
                at: string;
                authorization: {
                    citation: string;
                    /** Format: uuid */
                    id: string;
                    number: string;
                    version: number;
                } | null;
                countries: ("none" | "sealed" | "erased") | {
                    citizenships: string[];
                    formerCitizenships: string[];
                    permanentResidencies: string[];
                };
                /** Format: uuid */
                decisionId: string;
                door: string;
                file: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                    vault: string;
                };
                isFailed: boolean;
                items: string[];
                keptUntil: string | null;
                ledgerIndex: number;
                place: {
                    country: string | null;
                    name: string;
                };
                programs: string[];
                recipient: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                    status: string;
                    version: number | null;
                };
            }[];
            usPersonYears: number;
        };
        reopenDuty: {
            duty: string;
            /** Format: date */
            occurrence?: string;
            reason: string;
        };
        replayed: {
            decisions: number;
            finding: {
                index: number;
                text: string;
            } | null;
            from: number;
            lists: number;
            size: number;
            to: number;
        };
        requestAnswered: {
            receipt: components["schemas"]["receipt"];
            /** Format: uuid */
            requestId: string;
        };
        requestMade: {
            receipt: components["schemas"]["receipt"];
            /** Format: uuid */
            requestId: string;
            roles: string[];
        };
        rescueAsked: {
            /** Format: uuid */
            approvalId: string;
            /** Format: uuid */
            fileId: string;
            from: string[];
            needed: number;
            receipt: components["schemas"]["receipt"];
        };
        rescueEnded: {
            /** Format: uuid */
            fileId: string;
            receipt: components["schemas"]["receipt"];
        };
        rescueFile: {
            labels: string[];
            manifest: {
                bindings: string[];
                policy: string;
            } | null;
            reason: string;
        };
        reserveFile: {
            /** @default null */
            document?: {
                found: {
                    isOn: boolean;
                    outside: string;
                }[];
                isUnreadable: boolean;
                less: string | null;
            } | null;
            name: string;
            /** Format: uuid */
            vaultId: string;
        };
        rosterCompared: {
            /** Format: date-time */
            from: string;
            next: string | null;
            people: {
                after: components["schemas"]["person"] | null;
                before: components["schemas"]["person"] | null;
                differs: string[];
                /** Format: uuid */
                personId: string;
            }[];
            /** Format: date-time */
            to: string;
        };
        rotateKey: {
            /** @enum {string} */
            door: "file" | "kas";
            reason: string;
        };
        session: {
            session: {
                /** @enum {string} */
                channel: "browser" | "program";
                /** Format: date-time */
                expiresAt: string;
                /** Format: uuid */
                id: string;
                /** Format: date-time */
                idleExpiresAt: string;
                isDeviceBound: boolean | null;
                issuer: string;
                /** @enum {string} */
                method: "passkey" | "oidc" | "certificate";
                person: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                place: string | null;
                roles: string[];
                /** Format: date-time */
                startedAt: string;
                subject: string;
            } | null;
            ways: {
                certificate: boolean;
                issuers: {
                    id: string;
                    name: string;
                }[];
                passkey: boolean;
            };
        };
        sessionEnded: {
            /** Format: uuid */
            id: string;
            receipt: components["schemas"]["receipt"];
        };
        sessions: {
            sessions: {
                /** @enum {string} */
                channel: "browser" | "program";
                /** Format: date-time */
                expiresAt: string;
                /** Format: uuid */
                id: string;
                /** Format: date-time */
                idleExpiresAt: string;
                isDeviceBound: boolean | null;
                issuer: string;
                isThis: boolean;
                /** @enum {string} */
                method: "passkey" | "oidc" | "certificate";
                place: string | null;
                /** Format: date-time */
                startedAt: string;
                subject: string;
            }[];
        };
        settingChanged: {
            approvalId: string | null;
            receipt: components["schemas"]["receipt"];
        };
        settings: {
            intervals: {
                months: number;
                /** @enum {string} */
                role: "engineer" | "officer" | "administrator" | "auditor" | "analyst" | "empowered-official";
                /** @enum {string} */
                task: "status-review" | "briefing";
            }[];
            settings: {
                /** @enum {string} */
                name: "foreign-employer-bars";
                on: boolean;
                reason: string;
                /** Format: date-time */
                setAt: string;
                setBy: string | null;
            }[];
            usPersonReleaseYears: number;
        };
        sharedFiles: {
            files: {
                file: components["schemas"]["file"];
                shares: {
                    /** Format: date-time */
                    at: string;
                    by: {
                        /** Format: uuid */
                        id: string;
                        name: string;
                    };
                    program: string | null;
                }[];
            }[];
        };
        shareFile: {
            with: {
                person: string;
            } | {
                program: string;
            };
        };
        signInAtIssuer: {
            issuer: string;
            returnTo: string;
        };
        signInBegun: {
            /** Format: uri */
            url: string;
        };
        signInByCertificate: {
            returnTo: string;
        };
        signInWithPasskey: {
            challengeId: string;
            response: {
                id: string;
                rawId: string;
                response: {
                    authenticatorData: string;
                    clientDataJSON: string;
                    signature: string;
                    userHandle?: string;
                };
                /** @constant */
                type: "public-key";
            };
        };
        splitPerson: {
            /** @default [] */
            identities?: components["schemas"]["identity"][];
            /** @default null */
            kind?: ("employee" | "contractor" | "visitor" | "vendor-staff" | "service-owner") | null;
            name: string;
            reason: string;
            version: number;
        };
        takeBackDraw: {
            /** Format: uuid */
            drawId: string;
            reason: string;
        };
        tasks: {
            candidates: {
                cases: number;
                open: number;
            };
            officials: number;
            tasks: {
                /** Format: date-time */
                due: string;
                last: string | null;
                months: number;
                name: string;
                /** Format: uuid */
                personId: string;
                /** @enum {string} */
                role: "engineer" | "officer" | "administrator" | "auditor" | "analyst" | "empowered-official";
                /** @enum {string} */
                task: "status-review" | "briefing";
            }[];
        };
        tiesShown: {
            proposed: {
                /** Format: uuid */
                approvalId: string;
                change: {
                    /** @enum {string} */
                    basis: "citizen" | "national" | "lpr" | "temporary-resident-1160a" | "temporary-resident-1255a" | "refugee" | "asylee";
                    /** @constant */
                    change: "verify-us-person";
                    evidenceRef: string;
                } | {
                    /** @constant */
                    change: "verify-foreign-person";
                    evidenceRef: string;
                    ties: {
                        citizenships: string[];
                        formerCitizenships: string[];
                        permanentResidencies: string[];
                    };
                } | {
                    /** @constant */
                    change: "grant-role";
                    /** @enum {string} */
                    role: "engineer" | "officer" | "administrator" | "auditor" | "analyst" | "empowered-official";
                } | {
                    /** @constant */
                    change: "remove-role";
                    /** @enum {string} */
                    role: "engineer" | "officer" | "administrator" | "auditor" | "analyst" | "empowered-official";
                } | {
                    /** @constant */
                    change: "assign";
                    program: string;
                    purpose: string;
                } | {
                    /** @constant */
                    change: "unassign";
                    program: string;
                    purpose: string;
                } | {
                    /** @constant */
                    change: "add-tie";
                    country: string;
                    /** @enum {string} */
                    tie: "citizenship" | "former-citizenship" | "permanent-residency";
                } | {
                    /** @constant */
                    change: "remove-tie";
                    country: string;
                    /** @enum {string} */
                    tie: "citizenship" | "former-citizenship" | "permanent-residency";
                } | {
                    /** @enum {string} */
                    basis: "direct-permanent" | "long-term-contract";
                    /** @constant */
                    change: "record-regular-employee";
                } | {
                    /** @constant */
                    change: "end-regular-employment";
                } | {
                    /** @constant */
                    change: "record-nda";
                    /** Format: date */
                    signedOn: string;
                } | {
                    /** @constant */
                    change: "withdraw-nda";
                } | {
                    /** Format: date */
                    briefedOn: string;
                    /** @constant */
                    change: "record-briefing";
                } | {
                    /** @constant */
                    change: "record-foreign-employer";
                } | {
                    /** @constant */
                    change: "clear-foreign-employer";
                } | {
                    /** @constant */
                    change: "change-employer";
                    employer: string | null;
                } | {
                    /** @constant */
                    change: "correct";
                    displayName?: string;
                    evidenceRef?: string;
                    externalId?: string | null;
                    /** @enum {string} */
                    kind?: "employee" | "contractor" | "visitor" | "vendor-staff" | "service-owner";
                    mail?: unknown | null;
                    /** Format: date */
                    ndaSignedOn?: string;
                } | {
                    /** @constant */
                    change: "review";
                };
            }[];
            receipt: components["schemas"]["receipt"];
            ties: {
                citizenships: string[];
                formerCitizenships: string[];
                permanentResidencies: string[];
            } | null;
        };
        timestamps: {
            isAsked: boolean;
            lastAt: string | null;
            next: number | null;
            timestamps: {
                answer: string;
                /** Format: date-time */
                authorityAt: string;
                /** Format: uuid */
                entryId: string;
                note: string;
                size: number;
            }[];
            trouble: string | null;
        };
        triageRefusal: {
            also?: string[];
            from: ("looking" | "harmless" | "incident") | null;
            note: string;
            /** @enum {string} */
            state: "looking" | "harmless" | "incident";
        };
        unusualReleases: {
            compared: number;
            releases: {
                about: {
                    id: string;
                    kind: string;
                    name: string;
                };
                action: string;
                /** Format: date-time */
                at: string;
                by: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
                /** Format: uuid */
                decisionId: string;
                door: string;
                place: {
                    country: string | null;
                    name: string;
                };
                rules: ("many" | "new-place")[];
            }[];
            since: string | null;
        };
        vault: {
            description: string;
            fileCount: number;
            /** Format: uuid */
            id: string;
            labels: {
                fqn: string;
                title: string;
            }[];
            name: string;
        };
        vaultCreated: {
            receipt: components["schemas"]["receipt"];
            vault: components["schemas"]["vault"];
        };
        vaults: {
            next: string | null;
            vaults: components["schemas"]["vault"][];
        };
        whatCan: {
            after?: string;
            asOf?: string;
            /** Format: uuid */
            personId: string;
        };
        whatCanAnswer: {
            /** Format: date-time */
            at: string;
            files: {
                authorization: string | null;
                citation: string | null;
                /** @enum {string} */
                effect: "permit" | "deny";
                /** Format: uuid */
                fileId: string;
                name: string;
                permittedBy: {
                    code: string;
                    text: string;
                }[];
                reasons: {
                    ask: string;
                    code: string;
                    fix: string;
                    text: string;
                }[];
                vault: string;
            }[];
            next: string | null;
            /** Format: uuid */
            personId: string;
        };
        whoCan: {
            after?: string;
            asOf?: string;
            /** Format: uuid */
            fileId: string;
        };
        whoCanAnswer: {
            /** Format: date-time */
            at: string;
            /** Format: uuid */
            fileId: string;
            next: string | null;
            people: {
                authorization: string | null;
                citation: string | null;
                /** @enum {string} */
                effect: "permit" | "deny";
                name: string;
                permittedBy: {
                    code: string;
                    text: string;
                }[];
                /** Format: uuid */
                personId: string;
                reasons: {
                    ask: string;
                    code: string;
                    fix: string;
                    text: string;
                }[];
                status: string;
            }[];
        };
        withdrawClassification: {
            reason: string;
        };
        wrappingKey: {
            algorithm: string;
            kid: string;
            publicKeyPem: string;
            url: string;
        };
        writeMapped: {
            labels: string[];
            scope: string;
            /** @enum {string} */
            system: "opentdf" | "microsoft" | "google";
        };
    };
    responses: {
        /** @description The thing has changed or already exists */
        conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 409;
                    /** @constant */
                    title?: "The thing has changed or already exists";
                    /** @constant */
                    type?: "urn:sallyport:problem:conflict";
                } & components["schemas"]["problemBody"];
            };
        };
        /** @description A fault of the gate itself */
        internal: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 500;
                    /** @constant */
                    title?: "A fault of the gate itself";
                    /** @constant */
                    type?: "urn:sallyport:problem:internal";
                } & components["schemas"]["problemBody"];
            };
        };
        /** @description The file is damaged, altered or not one that can be trusted */
        "invalid-file": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 422;
                    /** @constant */
                    title?: "The file is damaged, altered or not one that can be trusted";
                    /** @constant */
                    type?: "urn:sallyport:problem:invalid-file";
                } & components["schemas"]["problemBody"];
            };
        };
        /** @description The request is not well formed */
        "invalid-request": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 400;
                    /** @constant */
                    title?: "The request is not well formed";
                    /** @constant */
                    type?: "urn:sallyport:problem:invalid-request";
                } & components["schemas"]["problemBody"];
            };
        };
        /** @description The idempotency key was given to another request */
        "key-reused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 422;
                    /** @constant */
                    title?: "The idempotency key was given to another request";
                    /** @constant */
                    type?: "urn:sallyport:problem:key-reused";
                } & components["schemas"]["problemBody"];
            };
        };
        /** @description There is no such thing, or you may not know of it */
        "not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 404;
                    /** @constant */
                    title?: "There is no such thing, or you may not know of it";
                    /** @constant */
                    type?: "urn:sallyport:problem:not-found";
                } & components["schemas"]["problemBody"];
            };
        };
        /** @description Sign in first */
        "not-signed-in": {
            headers: {
                /** @description To prove again with */
                "DPoP-Nonce"?: string;
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 401;
                    /** @constant */
                    title?: "Sign in first";
                    /** @constant */
                    type?: "urn:sallyport:problem:not-signed-in";
                } & components["schemas"]["problemBody"];
            };
        };
        /** @description The thing is another version by now */
        "precondition-failed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 412;
                    /** @constant */
                    title?: "The thing is another version by now";
                    /** @constant */
                    type?: "urn:sallyport:problem:precondition-failed";
                } & components["schemas"]["problemBody"];
            };
        };
        /** @description Refused by decision */
        refused: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 403;
                    /** @constant */
                    title?: "Refused by decision";
                    /** @constant */
                    type?: "urn:sallyport:problem:refused";
                } & components["schemas"]["problemBody"];
            };
        };
        /** @description The request is larger than this boundary takes */
        "too-large": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 413;
                    /** @constant */
                    title?: "The request is larger than this boundary takes";
                    /** @constant */
                    type?: "urn:sallyport:problem:too-large";
                } & components["schemas"]["problemBody"];
            };
        };
        /** @description Too many requests */
        "too-many-requests": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 429;
                    /** @constant */
                    title?: "Too many requests";
                    /** @constant */
                    type?: "urn:sallyport:problem:too-many-requests";
                } & components["schemas"]["problemBody"];
            };
        };
        /** @description The gate cannot decide right now, so it refuses */
        unavailable: {
            headers: {
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 503;
                    /** @constant */
                    title?: "The gate cannot decide right now, so it refuses";
                    /** @constant */
                    type?: "urn:sallyport:problem:unavailable";
                } & components["schemas"]["problemBody"];
            };
        };
        /** @description The content type is not one that this boundary reads */
        "unsupported-media-type": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** @constant */
                    status?: 415;
                    /** @constant */
                    title?: "The content type is not one that this boundary reads";
                    /** @constant */
                    type?: "urn:sallyport:problem:unsupported-media-type";
                } & components["schemas"]["problemBody"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    approvals: {
        parameters: {
            query?: {
                after?: string;
                all?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["approvals"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    approval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                approvalId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["approvalShown"];
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    giveApproval: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                approvalId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["giveApproval"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["approvalGiven"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    declineApproval: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                approvalId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["declineApproval"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["approvalDeclined"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    approvalEffect: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                approvalId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["approvalEffect"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    withdrawApproval: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                approvalId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["approvalWithdrawn"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    authorizations: {
        parameters: {
            query?: {
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["authorizations"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    registerAuthorization: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["registerAuthorization"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["authorizationRegistered"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    authorization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                authorizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["authorization"];
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    amendAuthorization: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
                /** @description Done only to the version of which this is the tag */
                "If-Match"?: string;
            };
            path: {
                authorizationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["amendAuthorization"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["authorizationAmended"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            412: components["responses"]["precondition-failed"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    approveAuthorization: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
                /** @description Done only to the version of which this is the tag */
                "If-Match"?: string;
            };
            path: {
                authorizationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["approveAuthorization"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["authorizationChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            412: components["responses"]["precondition-failed"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    authorizationDraws: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                authorizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["draws"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    drawAuthorization: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                authorizationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["drawAuthorization"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["lineDrawn"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    takeBackDraw: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                authorizationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["takeBackDraw"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["lineDrawn"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    authorizationDuties: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                authorizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["authorizationDuties"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    fulfilDuty: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                authorizationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["fulfilDuty"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["dutyRecorded"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    reopenDuty: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                authorizationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["reopenDuty"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["dutyRecorded"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    endAuthorization: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
                /** @description Done only to the version of which this is the tag */
                "If-Match"?: string;
            };
            path: {
                authorizationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["endAuthorization"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["authorizationChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            412: components["responses"]["precondition-failed"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    authorizationHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                authorizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["authorizationHistory"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    exportAuthorizations: {
        parameters: {
            query?: {
                format?: "xlsx" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    importAuthorizations: {
        parameters: {
            query?: {
                apply?: string;
                reason?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["authorizationsImported"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-file"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    backups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["backups"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    boundary: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["boundary"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    candidates: {
        parameters: {
            query?: {
                after?: string;
                all?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["candidates"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    closeCandidate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                candidateId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["closeCandidate"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["candidateChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    closeUnfiled: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                candidateId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["closeUnfiled"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["candidateChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    decideCandidate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                candidateId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["decideCandidate"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["candidateChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    dismissCandidate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                candidateId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["decideCandidate"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["candidateChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    classificationLists: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["classificationLists"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    classifications: {
        parameters: {
            query?: {
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["classifications"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    registerClassification: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["registerClassification"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["classificationRegistered"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    classification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                classificationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["classification"];
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    classificationCarriers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                classificationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["classificationCarriers"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    classificationHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                classificationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["classificationHistory"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    withdrawClassification: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                classificationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["withdrawClassification"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["classificationChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    decisions: {
        parameters: {
            query?: {
                action?: "file.protect" | "file.list" | "file.fetch" | "file.open" | "file.delete" | "file.reclassify" | "file.rescue" | "file.share" | "file.receive" | "file.acknowledge" | "file.unshare" | "vault.list" | "vault.create" | "label.list" | "label.define" | "person.list" | "person.add" | "person.propose" | "person.change" | "person.look" | "person.import" | "person.export" | "person.end" | "person.merge" | "person.split" | "identity.bind" | "identity.unbind" | "identity.enroll" | "identity.list" | "session.end" | "signin.list" | "authorization.list" | "authorization.register" | "authorization.approve" | "authorization.amend" | "authorization.draw" | "authorization.fulfil" | "authorization.end" | "classification.list" | "classification.register" | "classification.withdraw" | "candidate.list" | "candidate.decide" | "candidate.determine" | "approval.list" | "approval.give" | "approval.decline" | "approval.withdraw" | "notice.resend" | "request.answer" | "refusal.list" | "refusal.triage" | "setting.change" | "key.list" | "key.rotate" | "key.move" | "key.destroy" | "decision.explain" | "decision.search" | "ledger.read" | "backup.list" | "backup.create";
                after?: string;
                effect?: "permit" | "deny";
                fileId?: string;
                from?: string;
                personId?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["decisions"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    decision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                decisionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["explanation"];
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    access: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["accessQuestion"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["accessMap"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    accessMembers: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["accessMembersQuestion"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["accessMembers"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    whatCan: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["whatCan"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["whatCanAnswer"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    whoCan: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["whoCan"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["whoCanAnswer"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    enclave: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["enclave"];
                };
            };
            400: components["responses"]["invalid-request"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    enrollPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["enrollPasskey"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["session"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    beginEnrollment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["beginEnrollment"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["enrollmentBegun"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    exemptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["exemptions"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    files: {
        parameters: {
            query?: {
                after?: string;
                name?: string;
                vaultId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["files"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    reserveFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["reserveFile"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["fileReserved"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    file: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["fileShown"];
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    fetchFile: {
        parameters: {
            query?: {
                from?: number;
            };
            header?: never;
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    storeFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["fileStored"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-file"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    fileCopies: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["fileCopies"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    deleteFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["deleteFile"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["proposed"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    fileHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["fileHistory"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    reclassifyFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["reclassifyFile"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["fileReclassified"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    fileProvisos: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["fileProvisos"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    acknowledgeProvisos: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["acknowledgeProvisos"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["provisosAcknowledged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    rescueFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["rescueFile"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["rescueAsked"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            /** @description invalid-file or key-reused */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": ({
                        /** @constant */
                        status?: 422;
                        /** @constant */
                        title?: "The file is damaged, altered or not one that can be trusted";
                        /** @constant */
                        type?: "urn:sallyport:problem:invalid-file";
                    } & components["schemas"]["problemBody"]) | ({
                        /** @constant */
                        status?: 422;
                        /** @constant */
                        title?: "The idempotency key was given to another request";
                        /** @constant */
                        type?: "urn:sallyport:problem:key-reused";
                    } & components["schemas"]["problemBody"]);
                };
            };
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    endRescue: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["endRescue"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["rescueEnded"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    fileShares: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["fileShares"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    shareFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                fileId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["shareFile"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["fileShared"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    unshareFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                fileId: string;
                shareId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["fileUnshared"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    founding: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["founding"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            409: components["responses"]["conflict"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    attestFounder: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["attestFounder"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["foundingChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    closeFounding: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["foundingClosed"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    enrollFounder: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["enrollFounder"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["foundingChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    enrollFounderPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["enrollFounderPasskey"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["session"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    beginFounderPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["beginFounderPasskey"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["enrollmentBegun"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["keys"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    destroyKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                kid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["destroyKey"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["keyProposed"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    moveFiles: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["moveFiles"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["filesMoved"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["rotateKey"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["keyProposed"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    labelMappings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["labelMappings"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    mapLabel: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["mapLabel"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["labelMapped"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    readMapped: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["readMapped"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["mappedRead"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    writeMapped: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["writeMapped"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["mappedWritten"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    labels: {
        parameters: {
            query?: {
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["labels"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    defineLabel: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["defineLabel"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["labelDefined"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ledgerAlarms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["alarms"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ledgerEntryList: {
        parameters: {
            query?: {
                after?: string;
                by?: string;
                from?: string;
                kind?: string;
                text?: string;
                to?: string;
                without?: "decisions";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ledgerEntryList"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ledgerEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ledgerEntry"];
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ledgerExport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ledgerPacket: {
        parameters: {
            query: {
                about: "period" | "person" | "file" | "program" | "authorization";
                from?: string;
                id?: string;
                purpose?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            413: components["responses"]["too-large"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    packetProgress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["packetProgress"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    proveReceipt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["proveReceipt"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["receiptProved"];
                };
            };
            400: components["responses"]["invalid-request"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ledgerReconcile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["reconciled"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ledgerReplay: {
        parameters: {
            query?: {
                first?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["replayed"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ledgerTimestamps: {
        parameters: {
            query?: {
                after?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["timestamps"];
                };
            };
            400: components["responses"]["invalid-request"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    legalData: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["legalDataShown"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    checkLegalData: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["checkLegalData"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["legalDataChecked"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    proposeLegalData: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["proposeLegalData"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["legalDataProposed"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["me"];
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    notices: {
        parameters: {
            query?: {
                after?: string;
                state?: "waiting" | "sent" | "failed" | "dropped";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["notices"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    dueMails: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["dueMails"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    resendDueMail: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                mailId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["dueMailResent"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ownRefusals: {
        parameters: {
            query?: {
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ownRefusals"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ownRefusal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                decisionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ownRefusal"];
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    passkeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["passkeys"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    removeOwnPasskey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                credentialId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["passkeyRemoved"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    people: {
        parameters: {
            query?: {
                after?: string;
                asOf?: string;
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["people"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    addPerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["addPerson"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["personAdded"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    person: {
        parameters: {
            query?: {
                asOf?: string;
            };
            header?: never;
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["personShown"];
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    changePerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
                /** @description Done only to the version of which this is the tag */
                "If-Match"?: string;
            };
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["changePerson"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["personChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            412: components["responses"]["precondition-failed"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    endPerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
                /** @description Done only to the version of which this is the tag */
                "If-Match"?: string;
            };
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["endPerson"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["personEnded"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            412: components["responses"]["precondition-failed"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    askEnrollment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["askEnrollment"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["enrollmentAsked"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    personHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["personHistory"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    bindIdentity: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["identity"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["identityChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    proposeIdentity: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["proposeIdentity"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["proposed"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    unbindIdentity: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["identity"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["identityChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    mergePeople: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
                /** @description Done only to the version of which this is the tag */
                "If-Match"?: string;
            };
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["mergePeople"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["peopleMerged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            412: components["responses"]["precondition-failed"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    passkeysOfPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["passkeys"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    removePasskey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                credentialId: string;
                personId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["passkeyRemoved"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    proposePersonChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
                /** @description Done only to the version of which this is the tag */
                "If-Match"?: string;
            };
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["changePerson"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["proposed"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            412: components["responses"]["precondition-failed"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    sessionsOfPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["sessions"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    endSessionOfPerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                personId: string;
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["sessionEnded"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    splitPerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
                /** @description Done only to the version of which this is the tag */
                "If-Match"?: string;
            };
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["splitPerson"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["personSplit"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            412: components["responses"]["precondition-failed"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    lookAtTies: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["lookAtTies"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["tiesShown"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    exportPeople: {
        parameters: {
            query?: {
                format?: "xlsx" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    importPeople: {
        parameters: {
            query?: {
                apply?: string;
                reason?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["peopleImported"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-file"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    policySets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["policySets"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    policySetText: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["policySetText"];
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    checkPolicySet: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["checkPolicySet"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["policySetChecked"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    policyEffect: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["policyEffect"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["policyEffectAnswer"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    proposePolicySet: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["proposePolicySet"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["proposed"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    policySetVersions: {
        parameters: {
            query?: {
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["policySetVersions"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    refusals: {
        parameters: {
            query?: {
                after?: string;
                all?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["refusals"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    triageRefusal: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                decisionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["triageRefusal"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["refusalTriaged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    releases: {
        parameters: {
            query?: {
                after?: string;
                authorizationId?: string;
                fileId?: string;
                from?: string;
                nationality?: string;
                order?: "newest" | "oldest";
                personId?: string;
                placeCountry?: string;
                purpose?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["releases"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    exportReleases: {
        parameters: {
            query?: {
                authorizationId?: string;
                fileId?: string;
                format?: "xlsx" | "csv";
                from?: string;
                nationality?: string;
                personId?: string;
                placeCountry?: string;
                purpose?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            413: components["responses"]["too-large"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    unusualReleases: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["unusualReleases"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    requests: {
        parameters: {
            query?: {
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["personRequests"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    makeRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["makeRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["requestMade"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    answerRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                requestId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["answerRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["requestAnswered"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    withdrawRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                requestId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["requestAnswered"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    requestsWaiting: {
        parameters: {
            query?: {
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["personRequests"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    compareRoster: {
        parameters: {
            query: {
                after?: string;
                from: string;
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["rosterCompared"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["session"];
                };
            };
            400: components["responses"]["invalid-request"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["sessionEnded"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            409: components["responses"]["conflict"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    signInByCertificate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["signInByCertificate"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["signInBegun"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            404: components["responses"]["not-found"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    signInAtIssuer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["signInAtIssuer"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["signInBegun"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            404: components["responses"]["not-found"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    signInWithPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["signInWithPasskey"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["session"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    beginPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["beginPasskey"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["passkeyChallenge"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            404: components["responses"]["not-found"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    askForProgram: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["askForProgram"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["programAsked"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    grantToProgram: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["grantToProgram"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["programGranted"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    exchangeGrant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["exchangeGrant"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["programSignedIn"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["sessions"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    endOwnSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path: {
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["sessionEnded"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            404: components["responses"]["not-found"];
            409: components["responses"]["conflict"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["settings"];
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    changeSetting: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["changeSetting"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["settingChanged"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    sharedFiles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["sharedFiles"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    failedSignIns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["failedSignIns"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    tasks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["tasks"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    authorizationTasks: {
        parameters: {
            query?: {
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["authorizationTasks"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    classificationTasks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["classificationTasks"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ownDuties: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ownDuties"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    vaults: {
        parameters: {
            query?: {
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["vaults"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    createVault: {
        parameters: {
            query?: never;
            header?: {
                /** @description Done once, however often it is sent with this key within a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["createVault"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["vaultCreated"];
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            409: components["responses"]["conflict"];
            413: components["responses"]["too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["key-reused"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    checkpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ledgerTile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                level: number;
                /** @description May have slashes in it, which stand as they are */
                tile: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description As the caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["invalid-request"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    ledgerEntries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description May have slashes in it, which stand as they are */
                tile: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            400: components["responses"]["invalid-request"];
            401: components["responses"]["not-signed-in"];
            403: components["responses"]["refused"];
            404: components["responses"]["not-found"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
}
