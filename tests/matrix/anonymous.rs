//! Without a credential, nothing but what is public.

use tests::TestApp;

use crate::operations;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_in_particular_gets_401_from_every_operation_that_is_not_public() {
    let app = TestApp::new().await;
    for operation in operations() {
        let body = operation.body();
        let answer = app
            .anonymous()
            .send(operation.method.clone(), &operation.nowhere(), &operation.headers(), body.as_ref())
            .await;
        if operation.permission == "public" {
            assert_ne!(answer.status, 401, "{}", operation.id);
        } else {
            assert_eq!(answer.status, 401, "{}: {}", operation.id, answer.text);
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{}", operation.id);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_nobody_issued_opens_nothing() {
    let app = TestApp::new().await;
    let forged = ["sk_live_0000000000000000000000000000000000000000000000", "eyJhbGciOiJub25lIn0.e30.", "x"];
    for operation in operations().into_iter().filter(|operation| operation.permission != "public") {
        let body = operation.body();
        for credential in forged {
            let client = app.with(credential);
            let answer =
                client.send(operation.method.clone(), &operation.nowhere(), &operation.headers(), body.as_ref()).await;
            assert_eq!(answer.status, 401, "{}: {}", operation.id, answer.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operators_path_is_not_there_for_anybody_else() {
    let app = TestApp::new().await;
    for operation in operations().into_iter().filter(|operation| operation.path.starts_with("/v1/operator")) {
        let body = operation.body();
        for client in [app.server(), app.gate()] {
            let answer =
                client.send(operation.method.clone(), &operation.nowhere(), &operation.headers(), body.as_ref()).await;
            assert!(
                [401, 403, 404].contains(&answer.status.as_u16()) || operation.permission == "public",
                "{}: {}",
                operation.id,
                answer.text
            );
        }
    }
}
