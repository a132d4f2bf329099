"""The rules, one file each; `qm explain` prints their pages. This list is written by hand."""

from qmtool.rules.qm001_unreadable_file import RULE as QM001
from qmtool.rules.qm002_missing_front_matter import RULE as QM002
from qmtool.rules.qm003_unreadable_front_matter import RULE as QM003
from qmtool.rules.qm004_mixed_line_ends import RULE as QM004
from qmtool.rules.qm005_unportable_name import RULE as QM005
from qmtool.rules.qm006_merge_conflict import RULE as QM006
from qmtool.rules.qm007_lost_content import RULE as QM007
from qmtool.rules.qm008_executable_file import RULE as QM008
from qmtool.rules.qm009_unread_file import RULE as QM009
from qmtool.rules.qm010_invalid_suppression import RULE as QM010
from qmtool.rules.qm101_missing_owner import RULE as QM101
from qmtool.rules.qm102_missing_key import RULE as QM102
from qmtool.rules.qm103_unknown_key import RULE as QM103
from qmtool.rules.qm104_invalid_value import RULE as QM104
from qmtool.rules.qm105_truncated_text import RULE as QM105
from qmtool.rules.qm106_unknown_kind import RULE as QM106
from qmtool.rules.qm107_malformed_id import RULE as QM107
from qmtool.rules.qm108_duplicate_id import RULE as QM108
from qmtool.rules.qm109_file_name_without_id import RULE as QM109
from qmtool.rules.qm110_unknown_person import RULE as QM110
from qmtool.rules.qm111_unknown_process import RULE as QM111
from qmtool.rules.qm112_unknown_site import RULE as QM112
from qmtool.rules.qm113_process_folder_mismatch import RULE as QM113
from qmtool.rules.qm114_missing_heading import RULE as QM114
from qmtool.rules.qm115_future_date import RULE as QM115
from qmtool.rules.qm201_malformed_version import RULE as QM201
from qmtool.rules.qm202_status_against_history import RULE as QM202
from qmtool.rules.qm203_changed_after_release import RULE as QM203
from qmtool.rules.qm204_review_overdue import RULE as QM204
from qmtool.rules.qm205_reused_id import RULE as QM205
from qmtool.rules.qm206_unreleased_policy import RULE as QM206
from qmtool.rules.qm301_broken_link import RULE as QM301
from qmtool.rules.qm302_broken_anchor import RULE as QM302
from qmtool.rules.qm303_broken_image import RULE as QM303
from qmtool.rules.qm304_broken_attachment import RULE as QM304
from qmtool.rules.qm305_forbidden_link import RULE as QM305
from qmtool.rules.qm306_link_to_withdrawn import RULE as QM306
from qmtool.rules.qm307_link_to_draft import RULE as QM307
from qmtool.rules.qm308_remote_image import RULE as QM308
from qmtool.rules.qm401_unknown_referential import RULE as QM401
from qmtool.rules.qm402_unknown_requirement import RULE as QM402
from qmtool.rules.qm403_grouping_requirement import RULE as QM403
from qmtool.rules.qm404_unresolvable_mark import RULE as QM404
from qmtool.rules.qm405_unknown_grade import RULE as QM405
from qmtool.rules.qm501_removed_after_release import RULE as QM501
from qmtool.rules.qm502_taken_id import RULE as QM502
from qmtool.rules.qm503_altered_history import RULE as QM503
from qmtool.rules.qm504_changed_record import RULE as QM504
from qmtool.rules.qm505_lost_evidence import RULE as QM505
from qmtool.rules.qm601_national_number import RULE as QM601
from qmtool.rules.qm602_patient_number import RULE as QM602
from qmtool.rules.qm603_birth_date import RULE as QM603
from qmtool.rules.qm604_exam_identifier import RULE as QM604
from qmtool.rules.qm605_staff_health import RULE as QM605
from qmtool.rules.qm606_discouraged_term import RULE as QM606
from qmtool.rules.qm701_unreferenced_form import RULE as QM701
from qmtool.rules.qm702_procedure_without_records import RULE as QM702
from qmtool.rules.qm703_suspect_link import RULE as QM703
from qmtool.rules.qm704_same_answer import RULE as QM704
from qmtool.rules.qm705_process_without_owner import RULE as QM705
from qmtool.rules.qm706_departed_owner import RULE as QM706
from qmtool.rules.qm707_expired_evidence import RULE as QM707
from qmtool.rules.qm708_unused_exclusion import RULE as QM708
from qmtool.rules.qm709_unused_suppression import RULE as QM709
from qmtool.rules.qm710_expired_suppression import RULE as QM710
from qmtool.rules.qm711_unapproved_exclusion import RULE as QM711
from qmtool.rules.qm801_missing_state_field import RULE as QM801
from qmtool.rules.qm802_impossible_state import RULE as QM802
from qmtool.rules.qm803_overdue_step import RULE as QM803
from qmtool.rules.qm804_overdue_duty import RULE as QM804
from qmtool.rules.qm805_unknown_record import RULE as QM805
from qmtool.rules.qm806_open_blocking_finding import RULE as QM806
from qmtool.rules.qm807_unreadable_series import RULE as QM807
from qmtool.rules.qm808_auditor_not_independent import RULE as QM808

ALL_RULES = (
    QM001,
    QM002,
    QM003,
    QM004,
    QM005,
    QM006,
    QM007,
    QM008,
    QM009,
    QM010,
    QM101,
    QM102,
    QM103,
    QM104,
    QM105,
    QM106,
    QM107,
    QM108,
    QM109,
    QM110,
    QM111,
    QM112,
    QM113,
    QM114,
    QM115,
    QM201,
    QM202,
    QM203,
    QM204,
    QM205,
    QM206,
    QM301,
    QM302,
    QM303,
    QM304,
    QM305,
    QM306,
    QM307,
    QM308,
    QM401,
    QM402,
    QM403,
    QM404,
    QM405,
    QM501,
    QM502,
    QM503,
    QM504,
    QM505,
    QM601,
    QM602,
    QM603,
    QM604,
    QM605,
    QM606,
    QM701,
    QM702,
    QM703,
    QM704,
    QM705,
    QM706,
    QM707,
    QM708,
    QM709,
    QM710,
    QM711,
    QM801,
    QM802,
    QM803,
    QM804,
    QM805,
    QM806,
    QM807,
    QM808,
)
