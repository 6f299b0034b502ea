//! The one table from what can go wrong to an HTTP status, a code, and what a person reads.

use axum::http::StatusCode;
use client_core::protocol::codec::CodecError;

use super::{ApiError, NOT_WRITTEN_RETRY_S};

/// What stands in the table for one error.
pub(super) struct Row {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) title: &'static str,
    pub(super) detail: String,
}

impl ApiError {
    /// Its row.
    pub(super) fn row(&self) -> Row {
        use StatusCode as S;
        let (status, code, title, detail) = match self {
            Self::NotSignedIn => (
                S::UNAUTHORIZED,
                "not_signed_in",
                "Chưa đăng nhập",
                "Hãy đăng nhập rồi thử lại.",
            ),
            Self::DeviceUnknown => (
                S::UNAUTHORIZED,
                "device_unknown",
                "Máy chưa được ghi danh",
                "Hãy ghi danh lại máy này bằng mã mới.",
            ),
            Self::DeviceRevoked => (
                S::FORBIDDEN,
                "device_revoked",
                "Máy đã bị thu hồi",
                "Máy này không còn được gửi và nhận số liệu. Hãy liên hệ công đoàn cấp trên.",
            ),
            Self::WrongPassword => (
                S::UNAUTHORIZED,
                "wrong_password",
                "Không đăng nhập được",
                "Tên đăng nhập hoặc mật khẩu không đúng.",
            ),
            Self::NotAllowed => (
                S::FORBIDDEN,
                "not_allowed",
                "Không có quyền",
                "Tài khoản của bạn không được làm việc này.",
            ),
            Self::ForeignOrigin => (
                S::FORBIDDEN,
                "foreign_origin",
                "Yêu cầu từ trang khác",
                "Yêu cầu không đến từ trang Sổ Công đoàn nên không được nhận.",
            ),
            Self::NotFound(what) => {
                return row(
                    S::NOT_FOUND,
                    "not_found",
                    "Không tìm thấy",
                    format!("Không có mục này hoặc bạn không được xem ({what})."),
                );
            }
            Self::PeriodNotOpened(period) => {
                return row(
                    S::NOT_FOUND,
                    "period_not_opened",
                    "Kỳ báo cáo chưa mở",
                    format!("Kỳ {period} chưa được mở. Hãy chọn kỳ khác, hoặc nhờ quản trị viên mở kỳ này."),
                );
            }
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "Không đúng cách gọi",
                "Địa chỉ này không nhận cách gọi như vậy.",
            ),
            Self::Invalid { field, reason } => {
                return row(
                    S::BAD_REQUEST,
                    "invalid",
                    "Giá trị không hợp lệ",
                    format!("{field}: {reason}"),
                );
            }
            Self::NotJson(reason) => {
                return row(S::BAD_REQUEST, "not_json", "Nội dung không đúng dạng", reason.clone());
            }
            Self::MediaType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "media_type",
                "Sai loại nội dung",
                "Loại nội dung (Content-Type) không phải loại mà địa chỉ này nhận.",
            ),
            Self::TooLarge => (
                S::PAYLOAD_TOO_LARGE,
                "too_large",
                "Nội dung quá lớn",
                "Nội dung gửi lên lớn hơn mức cho phép.",
            ),
            Self::BrokenOff => (
                S::BAD_REQUEST,
                "broken_off",
                "Nội dung bị đứt quãng",
                "Nội dung gửi lên chưa đủ. Hãy gửi lại.",
            ),
            Self::Sync(error) => return sync_row(*error),
            Self::BadSignature => (
                S::BAD_REQUEST,
                "bad_signature",
                "Chữ ký không đúng",
                "Gói đồng bộ không mang chữ ký của máy này.",
            ),
            Self::UnknownEpoch => (
                S::CONFLICT,
                "unknown_epoch",
                "Máy chủ đã được khôi phục",
                "Máy này và máy chủ phải đối chiếu lại với nhau. Việc đó tự diễn ra; không có gì bị mất.",
            ),
            Self::EmptyPush => (
                S::BAD_REQUEST,
                "empty_push",
                "Không đọc được gói đồng bộ",
                "Gói đồng bộ có phần trống.",
            ),
            Self::CodeUnknown => (
                S::NOT_FOUND,
                "code_unknown",
                "Mã không đúng",
                "Không có mã ghi danh này. Hãy xem lại từng chữ, từng số.",
            ),
            Self::CodeExpired => (
                S::GONE,
                "code_expired",
                "Mã đã hết hạn",
                "Mã ghi danh đã hết hạn. Hãy xin công đoàn cấp trên mã mới.",
            ),
            Self::CodeUsed => (
                S::GONE,
                "code_used",
                "Mã đã dùng",
                "Mã ghi danh này đã dùng cho một máy. Mỗi mã chỉ dùng một lần; hãy xin mã mới.",
            ),
            Self::NotSetAside => (
                S::CONFLICT,
                "not_set_aside",
                "Không còn để riêng",
                "Thay đổi này không nằm trong phần để riêng, hoặc đã được thử lại rồi.",
            ),
            Self::NeedsOther(_) => (
                S::CONFLICT,
                "needs_other",
                "Cần thử thay đổi khác trước",
                "Thay đổi này sửa tiếp trên một thay đổi khác cũng đang để riêng. Hãy thử lại thay đổi kia trước.",
            ),
            Self::Unreadable => (
                S::CONFLICT,
                "unreadable",
                "Không đọc được",
                "Máy chủ vẫn giữ thay đổi này nhưng không đọc được nội dung, nên không thử lại được.",
            ),
            Self::TooManyAttempts { retry_after } => {
                return row(
                    S::TOO_MANY_REQUESTS,
                    "too_many_attempts",
                    "Thử quá nhiều lần",
                    format!("Hãy thử lại sau {retry_after} giây."),
                );
            }
            Self::Busy { retry_after } => {
                return row(
                    S::SERVICE_UNAVAILABLE,
                    "busy",
                    "Máy chủ đang bận",
                    format!("Hãy thử lại sau {retry_after} giây."),
                );
            }
            Self::TooMuchWaiting { retry_after } => {
                return row(
                    S::TOO_MANY_REQUESTS,
                    "too_much_waiting",
                    "Máy này đã gửi nhiều",
                    format!("Máy chủ còn xử lý phần máy này đã gửi. Hãy thử lại sau {retry_after} giây."),
                );
            }
            Self::NotWritten(_) => {
                return row(
                    S::SERVICE_UNAVAILABLE,
                    "not_written",
                    "Máy chủ chưa ghi được",
                    format!("Chưa có gì được ghi. Hãy thử lại sau {NOT_WRITTEN_RETRY_S} giây."),
                );
            }
            Self::Failed(_) => (
                S::INTERNAL_SERVER_ERROR,
                "failed",
                "Máy chủ gặp lỗi",
                "Máy chủ gặp lỗi, lỗi đã được ghi lại. Số liệu đã nhận không bị mất.",
            ),
        };
        row(status, code, title, detail.to_owned())
    }
}

fn row(status: StatusCode, code: &'static str, title: &'static str, detail: String) -> Row {
    Row {
        status,
        code,
        title,
        detail,
    }
}

fn sync_row(error: CodecError) -> Row {
    let (status, code, detail) = match error {
        // Whoever reads the body off the wire has seen to that before.
        CodecError::TooLarge => return ApiError::TooLarge.row(),
        CodecError::InflatesTooFar => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "inflates_too_far",
            "Gói đồng bộ bung ra lớn hơn mức cho phép.",
        ),
        CodecError::TooMany => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_many",
            "Gói đồng bộ có quá nhiều tài liệu hoặc thay đổi.",
        ),
        CodecError::UnknownCoding => (
            StatusCode::BAD_REQUEST,
            "unknown_coding",
            "Không biết cách mã hóa của gói đồng bộ.",
        ),
        CodecError::NotDeflate => (
            StatusCode::BAD_REQUEST,
            "not_deflate",
            "Gói đồng bộ hỏng: không bung ra được.",
        ),
        CodecError::NotAMessage => (
            StatusCode::BAD_REQUEST,
            "not_a_message",
            "Gói đồng bộ không phải là một thông điệp của Sổ Công đoàn.",
        ),
        CodecError::UnknownVersion => (
            StatusCode::BAD_REQUEST,
            "unknown_version",
            "Ứng dụng trên máy mới hơn máy chủ. Máy chủ cần được nâng cấp; số liệu vẫn còn trên máy.",
        ),
        CodecError::UnknownContext => (
            StatusCode::PRECONDITION_FAILED,
            "unknown_context",
            "Máy chủ không có phần mà gói này nối tiếp. Máy tự gửi lại trọn vẹn; không có gì bị mất.",
        ),
    };
    row(status, code, "Không đọc được gói đồng bộ", detail.to_owned())
}
