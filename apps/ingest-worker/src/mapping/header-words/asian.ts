import { type HeaderWords } from './header-words';

/** Simplified and traditional. 名字 is a given name here and a surname in Japanese, so it is a bare name. */
export const CHINESE: HeaderWords = {
  email:
    '电子邮件 电子邮箱 邮箱 邮箱地址 邮件地址 电子邮件地址 电邮 電子郵件 電子信箱 電郵 電子郵件地址 電郵地址 | 邮件 信箱',
  phone:
    '电话 电话号码 联系电话 联络电话 電話號碼 聯絡電話 | 手机 手机号 手机号码 移动电话 手機 手機號碼 行動電話 固定电话 座机',
  full_name: '姓名 全名 联系人姓名 客户姓名 真实姓名 聯絡人姓名 中文姓名 | 联系人 聯絡人',
  middle_name: '中间名',
  last_name: '姓氏 | 姓',
  first_name: '| 名',
  name_prefix: '称谓 尊称 稱謂',
  birth_date: '出生日期 出生年月日 生日 出生年月',
  gender: '性别 性別',
  company: '公司 公司名称 公司名 单位名称 工作单位 企业名称 公司名稱 企業名稱 | 单位 企业 机构 機構 组织',
  job_title: '职位 职务 职称 職位 職稱 職務 | 职业 岗位',
  website: '网站 网址 公司网站 網站 網址 公司网址 | 主页',
  address: '地址 联系地址 通讯地址 详细地址 家庭住址 聯絡地址 通訊地址 | 住址 街道',
  city: '城市 所在城市 市 | 縣市',
  region: '省份 省 州 省市 | 地区 地區',
  postal_code: '邮编 邮政编码 郵遞區號 郵政編碼 | 郵編',
  country: '国家 國家 国家地区 國家地區 | 国别',
};

export const JAPANESE: HeaderWords = {
  email: 'メールアドレス eメール 電子メール eメールアドレス | メール',
  phone: '電話番号 電話 tel番号 連絡先電話番号 | 携帯電話 携帯電話番号 携帯番号 携帯',
  full_name: '氏名 お客様名 顧客名 担当者名 フルネーム',
  last_name: '苗字',
  birth_date: '生年月日 誕生日',
  company: '会社名 会社 勤務先 企業名 法人名 | 組織名 所属 団体名',
  job_title: '役職 肩書 肩書き 役職名 | 職業 職種',
  website: 'ウェブサイト ホームページ webサイト サイトurl ホームページurl',
  address: '住所 住所1 | 番地',
  city: '市区町村 市町村',
  region: '都道府県',
  postal_code: '郵便番号',
  country: '国 国名 国籍地域',
};

export const KOREAN: HeaderWords = {
  email: '이메일 이메일주소 전자우편 메일주소 | 메일',
  phone: '전화번호 전화 연락처 | 휴대폰 휴대폰번호 휴대전화 휴대전화번호 핸드폰 핸드폰번호',
  full_name: '성명 고객명 담당자명',
  last_name: '| 성',
  birth_date: '생년월일 생일',
  gender: '성별',
  company: '회사 회사명 업체명 기업명 직장명 | 소속 직장 기관명',
  job_title: '직책 직위 직함 | 직업',
  website: '웹사이트 홈페이지 홈페이지주소',
  address: '주소 도로명주소',
  city: '도시 | 시군구',
  region: '시도 | 지역',
  postal_code: '우편번호',
  country: '국가 나라',
};

export const SOUTH_EAST_ASIAN: HeaderWords = {
  email: 'alamatemail surel diachiemail thưđiệntử อีเมล อีเมล์',
  phone:
    'nomortelepon notelepon telepon nohp nomorhp sốđiệnthoại điệnthoại sđt โทรศัพท์ เบอร์โทรศัพท์ เบอร์โทร | handphone hp diđộng',
  full_name: 'namalengkap họtên họvàtên ชื่อนามสกุล',
  first_name: 'namadepan',
  last_name: 'namabelakang họ นามสกุล',
  birth_date: 'tanggallahir tgllahir ngàysinh วันเกิด วันเดือนปีเกิด',
  gender: 'jeniskelamin giớitính เพศ',
  company: 'perusahaan namaperusahaan côngty têncôngty บริษัท ชื่อบริษัท',
  job_title: 'jabatan chứcvụ chứcdanh ตำแหน่ง | pekerjaan',
  address: 'alamat alamatlengkap địachỉ ที่อยู่',
  city: 'kota thànhphố | kabupaten',
  region: 'provinsi tỉnh จังหวัด',
  postal_code: 'kodepos mãbưuđiện mãbưuchính รหัสไปรษณีย์',
  country: 'negara quốcgia ประเทศ',
};

export const HINDI: HeaderWords = {
  email: 'ईमेल ईमेलपता',
  phone: 'फोन फ़ोननंबर फोननंबर | मोबाइल मोबाइलनंबर',
  full_name: 'पूरानाम',
  first_name: 'पहलानाम',
  last_name: 'उपनाम अंतिमनाम',
  birth_date: 'जन्मतिथि',
  gender: 'लिंग',
  company: 'कंपनी',
  address: 'पता',
  city: 'शहर',
  region: 'राज्य',
  postal_code: 'पिनकोड',
  country: 'देश',
};
