export const vi = {
  appName: 'Sổ Công đoàn',
  update: {
    ready: 'Có bản mới',
    apply: 'Cập nhật',
    later: 'Để sau',
  },
  error: {
    notFoundTitle: 'Không có trang này',
    notFoundText: 'Địa chỉ sai hoặc trang đã chuyển đi. Những gì đã ghi vẫn còn nguyên.',
    brokenTitle: 'Trang này gặp lỗi',
    brokenText:
      'Những gì đã lưu trên máy vẫn còn nguyên. Hãy mở lại trang; nếu vẫn lỗi, chụp màn hình gửi cán bộ hỗ trợ.',
    reload: 'Mở lại',
    home: 'Về trang đầu',
  },
};
