//! 受付票 on the wire: another code for an application.

use kernel::ids::kind;
use poem_openapi::Object;

use crate::{Instant, Ref};

/// How another code reaches who applied.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseReceiptReissueRequest {
    /// By mail, to the address on file and to nobody else; it is in no answer then. In the answer when absent.
    pub send: Option<bool>,
}

/// Another code. The one before opens nothing any more.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseReceiptReissue {
    pub application: Ref<kind::CourseApplication>,
    /// 受付番号.
    pub receipt_number: i64,
    /// Shown this once; absent when it was sent.
    #[oai(validator(max_length = 19))]
    pub receipt_code: Option<String>,
    /// Whether it goes out by mail.
    pub sent: bool,
}

/// What somebody still has who lost the code of an application.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseReceiptAskRequest {
    /// 受付番号, as the letters say.
    #[oai(validator(minimum(value = "1")))]
    pub receipt_number: i64,
    /// The address that was left with the application. The code is sent there.
    #[oai(validator(min_length = 3, max_length = 254))]
    pub email: String,
}

/// It was taken down. It says the same whether there is such an application or not.
#[derive(Debug, Clone, Object)]
pub struct CourseReceiptAsked {
    pub asked_at: Instant,
}
