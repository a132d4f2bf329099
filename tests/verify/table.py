"""Which test tries each promise of `reliability.md`: invariants, the attacks of its §6, S37–S45.

A test is named `<file>::<function>`; `test_table.py` checks that each is there.
"""

TAGS = "tests/verify/test_attacks_on_tags.py::test_"
TEXTS = "tests/verify/test_attacks_on_texts.py::test_"
HISTORY = "tests/verify/test_attacks_on_history.py::test_"
AUTHORITY = "tests/verify/test_attacks_on_authority.py::test_"
SIGNATURES = "tests/verify/test_attacks_on_signatures.py::test_"
LINES = "tests/verify/test_attacks_on_lines.py::test_"
POLICIES = "tests/verify/test_forged_policies.py::test_"
ROWS = "tests/verify/test_attacks_on_rows.py::test_"
CLONE = "tests/verify/test_attacks_on_this_clone.py::test_"
REMOTES = "tests/verify/test_attacks_on_remotes.py::test_"
SOUND = "tests/verify/test_sound.py::test_"
RELEASE = "tests/actions/test_release.py::test_"
RIGHTS = "tests/actions/test_authority.py::test_"
ANY_TREE = "tests/bad_inputs/test_any_tree.py::test_"
CRASH = "tests/crash/test_crash.py::test_"
FORGED = "tests/crash/test_forged.py::test_"

INVARIANTS: dict[str, tuple[str, ...]] = {
    "I1": (
        SOUND + "drafts_new_versions_and_revisions_are_sound",
        TAGS + "a_tag_moved_to_another_commit_is_found",
        TEXTS + "a_body_edited_after_the_release_is_found",
        HISTORY + "a_tag_that_was_made_again_is_found_by_the_anchor",
    ),
    "I2": (
        CRASH + "a_version_is_published_entirely_or_not_at_all",
        CRASH + "a_fault_of_any_system_call_of_the_ref_step_is_survived",
        RELEASE + "a_release_whose_disk_fails_is_undone_or_finished_by_the_next_command",
    ),
    "I3": (
        RELEASE + "other_staged_unstaged_and_untracked_work_is_left_as_it_was",
        CRASH + "a_version_is_published_entirely_or_not_at_all",
        HISTORY + "a_commit_that_mixes_other_changes_is_found",
    ),
    "I4": (
        SOUND + "reading_writes_nothing_in_the_repository",
        REMOTES + "programs_of_the_configuration_are_not_run",
        "tests/repository/test_snapshot.py::test_reading_commands_write_nothing_into_the_repository",
        "tests/repository/test_snapshot.py::test_nothing_that_the_repository_configures_is_run",
    ),
    "I5": (
        ANY_TREE + "a_patch_changes_the_keys_it_names_and_no_other_byte",
        RELEASE + "the_body_comments_and_line_ends_of_a_released_file_are_kept",
    ),
    "I6": (
        RELEASE + "a_release_whose_git_fails_at_any_call_leaves_everything_as_it_was",
        CRASH + "a_fault_of_any_system_call_of_the_ref_step_is_survived",
        RIGHTS + "two_releases_at_once_give_one_winner",
    ),
    "I7": (
        AUTHORITY + "a_promotion_before_the_release_gives_no_right",
        AUTHORITY + "a_policy_that_releases_itself_is_found_and_gives_no_right",
        RELEASE + "a_promotion_that_is_not_released_gives_no_right",
        LINES + "a_line_that_begins_before_the_first_release_gives_no_right",
        LINES + "a_policy_released_on_a_line_of_its_own_gives_no_right",
    ),
    "I8": (
        ANY_TREE + "a_check_has_an_answer_for_any_tree",
        ANY_TREE + "any_bytes_of_qm_yaml_are_refused_with_a_sentence",
        TAGS + "a_tag_with_other_bytes_than_qm_writes_is_found",
        HISTORY + "an_anchor_that_cannot_be_believed_is_never_taken_for_none",
        CLONE + "a_log_that_is_no_file_stops_nothing",
        CLONE + "a_day_at_the_end_of_the_calendar_is_found",
        CLONE + "a_tag_of_many_megabytes_is_answered",
    ),
    "I9": (
        "tests/cli/test_commands.py::test_an_output_is_never_written_through_a_link_or_into_git",
        RIGHTS + "an_output_never_replaces_a_document_or_a_device",
        HISTORY + "a_run_that_finds_something_leaves_the_anchor_as_it_was",
    ),
    "I10": (
        "tests/repository/test_snapshot.py"
        "::test_the_output_with_and_without_the_cache_is_the_same_byte_for_byte",
        "tests/reports/test_gap_reports.py::test_the_same_gap_gives_the_same_bytes",
        SOUND + "the_same_record_gives_the_same_bytes",
    ),
}

ATTACKS: dict[str, tuple[str, ...]] = {
    "released body edited later without a new version": (
        TEXTS + "a_body_edited_after_the_release_is_found",
        CLONE + "a_text_shown_under_the_id_of_another_is_found_and_never_kept",
        CLONE + "a_cache_that_was_made_up_does_not_deceive_a_full_run",
        CLONE + "the_branch_that_an_unreleased_policy_names_is_not_the_one",
    ),
    "rows of the history that are not what their tags say": (
        TEXTS + "a_front_matter_changed_by_hand_is_found",
        TEXTS + "a_past_rewritten_by_a_later_release_is_found_by_reading_every_text",
        ROWS + "a_release_that_claims_an_earlier_day_is_found",
        ROWS + "a_version_in_force_before_it_was_released_is_found",
        ROWS + "a_version_with_two_rows_is_found",
        ROWS + "a_review_that_changes_what_was_released_is_found",
    ),
    "approvals that are forged, or are of one person": (
        LINES + "an_approval_by_a_key_that_only_another_line_knows_counts_nowhere",
        ROWS + "an_approval_of_another_version_of_the_same_text_counts_nowhere",
        ROWS + "a_policy_under_the_digest_of_one_that_was_approved_is_found",
        ROWS + "two_names_of_one_person_are_one",
    ),
    "tag moved": (
        TAGS + "a_tag_moved_to_another_commit_is_found",
        TAGS + "a_tag_moved_away_and_back_is_told_by_its_log",
    ),
    "tag deleted": (
        TAGS + "a_deleted_tag_is_found_by_the_row_that_tells_of_it",
        TAGS + "a_deleted_tag_in_the_middle_is_found",
        TEXTS + "a_decision_whose_tag_is_gone_is_found",
    ),
    "tag replaced by a lightweight one": (TAGS + "a_lightweight_tag_says_nothing",),
    "same tag name on another object": (
        TAGS + "a_tag_copied_to_another_name_is_found",
        HISTORY + "a_tag_that_was_made_again_is_found_by_the_anchor",
        REMOTES + "a_tag_that_is_another_object_there_is_found",
    ),
    "history rewritten, branch reset": (
        HISTORY + "a_branch_that_lost_a_release_whose_tag_is_there_is_found",
        HISTORY + "a_branch_that_lost_its_last_release_is_found_by_the_anchor",
        HISTORY + "a_rewritten_commit_is_found_by_the_anchor",
        HISTORY + "a_history_written_anew_from_its_first_commit_is_found",
        CLONE + "a_remote_branch_that_lost_a_version_seen_there_is_found",
    ),
    "commit mixes other changes": (
        HISTORY + "a_commit_that_mixes_other_changes_is_found",
        HISTORY + "a_merge_whose_content_is_in_none_of_its_parents_is_found",
        CLONE + "a_tree_that_only_the_commit_graph_tells_hides_no_change",
    ),
    "author spoofed": (TAGS + "a_spoofed_committer_is_found",),
    "unsigned": (SIGNATURES + "an_unsigned_tag_under_a_policy_with_keys_is_found",),
    "unknown key": (SIGNATURES + "a_key_of_nobody_is_found",),
    "expired key": (SIGNATURES + "an_expired_key_is_found",),
    "revoked key": (
        SIGNATURES + "a_key_revoked_by_the_policy_in_force_is_found",
        SIGNATURES + "what_a_key_signed_since_the_day_it_was_stolen_is_found_later",
        SIGNATURES + "a_key_that_two_people_share_is_revoked_for_both",
        SIGNATURES + "a_day_that_no_place_on_earth_has_revives_no_key",
    ),
    "roles raised in the same or an earlier unapproved change": (
        AUTHORITY + "a_promotion_before_the_release_gives_no_right",
        AUTHORITY + "a_promotion_squashed_into_the_release_is_found",
    ),
    "roles of another line or of the past": (
        LINES + "a_line_that_begins_before_the_first_release_gives_no_right",
        LINES + "a_policy_released_on_a_line_of_its_own_gives_no_right",
        LINES + "an_adoption_on_a_line_of_its_own_is_found",
        LINES + "a_right_that_was_taken_away_is_not_kept_on_an_older_line",
        LINES + "a_tag_dated_back_to_a_right_of_the_past_is_found_by_the_anchor",
    ),
    "roles edited later": (
        AUTHORITY + "roles_that_are_edited_later_change_nothing_that_was_decided",
    ),
    "refs/replace": (
        HISTORY + "a_replaced_commit_hides_nothing",
        SOUND + "replaced_objects_are_ignored_and_told",
    ),
    "grafts": (HISTORY + "grafts_make_any_verdict_impossible",),
    "alternates": (SOUND + "borrowed_objects_are_told",),
    "shallow": (HISTORY + "a_shallow_clone_cannot_verify",),
    "object corruption": (
        HISTORY + "a_byte_flipped_in_an_object_is_found",
        HISTORY + "an_object_that_holds_another_text_under_its_id_is_found",
    ),
    "all refs and anchors rewritten by the owner of the host": (
        HISTORY + "an_anchor_kept_elsewhere_finds_what_this_machine_never_saw",
        REMOTES + "a_branch_that_was_reset_there_is_found",
        REMOTES + "a_branch_that_goes_another_way_there_is_found",
    ),
}

SECURITY: dict[str, tuple[str, ...]] = {
    "S37": (
        TAGS + "a_spoofed_committer_is_found",
        TAGS + "a_name_with_a_line_end_or_brackets_reaches_no_other_field",
        TAGS + "words_of_a_tag_never_reach_the_terminal_as_they_are",
        SIGNATURES + "a_key_of_somebody_else_is_found",
        ROWS + "a_name_that_is_not_that_of_the_signer_is_found",
    ),
    "S38": (
        SIGNATURES + "a_good_signature_of_who_may_not_release_is_found",
        SIGNATURES + "a_key_of_nobody_is_found",
        SIGNATURES + "an_expired_key_with_a_tag_dated_back_is_found",
        SIGNATURES + "a_key_revoked_by_the_policy_in_force_is_found",
        SIGNATURES + "a_signature_for_another_purpose_is_found",
        SIGNATURES + "a_signature_of_another_tag_is_found",
    ),
    "S39": (
        AUTHORITY + "a_promotion_before_the_release_gives_no_right",
        AUTHORITY + "a_promotion_that_the_release_itself_claims_as_its_policy_is_found",
        AUTHORITY + "a_promotion_in_the_content_of_a_merge_is_found",
        AUTHORITY + "a_promotion_squashed_into_the_release_is_found",
        LINES + "a_line_that_begins_before_the_first_release_gives_no_right",
        LINES + "an_adoption_on_a_line_of_its_own_is_found",
        POLICIES + "a_policy_that_its_signer_could_not_release_gives_no_right",
        POLICIES + "where_releases_are_signed_a_policy_of_another_key_gives_no_right",
        POLICIES + "a_line_that_left_before_the_first_release_brings_no_policy",
    ),
    "S40": (
        AUTHORITY + "a_policy_change_that_is_merged_and_not_released_has_no_effect",
        CLONE + "the_branch_that_an_unreleased_policy_names_is_not_the_one",
    ),
    "S41": (
        TAGS + "a_tag_moved_to_another_commit_is_found",
        TAGS + "a_deleted_tag_is_found_by_the_row_that_tells_of_it",
        HISTORY + "a_tag_that_was_made_again_is_found_by_the_anchor",
        TAGS + "a_lightweight_tag_says_nothing",
        TAGS + "a_nested_tag_is_refused",
        TAGS + "a_nested_tag_that_claims_to_name_a_commit_is_refused",
        ROWS + "a_decision_copied_to_another_version_is_found",
        CLONE + "tags_that_are_packed_or_name_other_refs_are_read_as_they_are",
    ),
    "S42": (HISTORY + "a_branch_that_lost_its_last_release_is_found_by_the_anchor",),
    "S43": (
        TEXTS + "a_body_edited_after_the_release_is_found",
        TEXTS + "a_body_edited_under_another_digest_is_found",
        TEXTS + "a_body_edited_under_a_version_that_was_never_released_is_found",
        TEXTS + "a_front_matter_changed_by_hand_is_found",
    ),
    "S44": (
        FORGED + "a_journal_that_the_objects_do_not_bear_out_is_kept_aside_and_nothing_moves",
        FORGED + "a_journal_that_is_no_file_of_ours_is_not_read",
        FORGED + "a_journal_never_takes_the_branch_back",
        FORGED + "a_true_journal_of_another_work_tree_leads_to_no_other_repository",
        FORGED + "a_link_in_the_place_of_what_qm_writes_is_never_followed",
    ),
    "S45": (
        FORGED + "a_link_swapped_in_for_a_document_or_its_folder_is_left_alone",
        FORGED + "a_link_swapped_in_for_an_output_is_replaced_and_never_followed",
    ),
}
