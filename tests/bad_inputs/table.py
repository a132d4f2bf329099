"""Which test tries each row of `reliability.md`: the bad inputs of §8, the attacks S01–S36 of §9.

A test is named `<file>::<function>`; `test_table.py` checks that each is there, and that the tests
that stand for many rows hold a case of each. What waits for a feature stands in `LATER`.
"""

BAD = "tests/bad_inputs/test_bad_inputs.py::test_"
STATES = "tests/bad_inputs/test_repository_states.py::test_"
ANY_TREE = "tests/bad_inputs/test_any_tree.py::test_"
HOSTILE = "tests/bad_inputs/test_hostile.py::test_"
MESSY = "tests/bad_inputs/test_messy.py::test_"
FORMATS = "tests/reports/test_check_formats.py::test_"
GAP = "tests/reports/test_gap_reports.py::test_"
EXPORT = "tests/reports/test_referential_export.py::test_"
COMMANDS = "tests/cli/test_commands.py::test_"
SHOW = "tests/cli/test_show.py::test_"
LINKS = "tests/model/test_targets.py::test_"
CASES = "tests/rules/test_rules.py::test_the_rules_speak_on_the_marked_lines_only"
SIGNED = "tests/verify/test_attacks_on_signatures.py::test_"
REMOTES = "tests/verify/test_attacks_on_remotes.py::test_"
SOUND = "tests/verify/test_sound.py::test_"
HISTORY = "tests/verify/test_attacks_on_history.py::test_"
FORGED = "tests/crash/test_forged.py::test_"

DOCUMENT = BAD + "a_bad_document_is_named_with_its_line_and_hides_no_other"
ACCEPTED = BAD + "what_is_only_unusual_is_accepted"
ON_DISK = BAD + "what_is_no_plain_file_is_named_and_never_read"
STATE = STATES + "an_odd_repository_gets_its_sentence_and_stays_as_it_is"
READING = HOSTILE + "a_command_that_reads_runs_nothing_of_the_repository_and_writes_nothing"
TEMPLATE = HOSTILE + "a_template_gets_nothing_but_its_texts_and_a_short_time"
COMMAND = FORMATS + "no_text_of_a_document_is_a_command_of_a_runner"
CURSOR = FORMATS + "no_text_of_a_document_moves_the_cursor_or_hides"


def _documents(first: int, last: int) -> dict[str, tuple[str, ...]]:
    """Return rows of which each is a bad document among the cases."""
    return {f"B{number:03}": (DOCUMENT,) for number in range(first, last + 1)}


def _states(first: int, last: int) -> dict[str, tuple[str, ...]]:
    """Return rows of which each is an odd repository among the states."""
    return {f"B{number:03}": (STATE,) for number in range(first, last + 1)}


INPUTS: dict[str, tuple[str, ...]] = {
    **_documents(1, 24),
    "B025": (DOCUMENT, BAD + "a_version_is_text_and_never_a_number"),
    "B026": (BAD + "an_unquoted_version_is_text",),
    **_documents(27, 34),
    "B035": (BAD + "a_record_of_a_day_to_come_is_reported",),
    **_documents(36, 37),
    "B038": (ACCEPTED,),
    **_documents(39, 50),
    "B051": (ACCEPTED, BAD + "a_release_keeps_the_line_ends_of_a_document"),
    "B052": (DOCUMENT, BAD + "a_release_keeps_the_line_ends_of_a_document"),
    "B053": (DOCUMENT,),
    "B054": (ACCEPTED, BAD + "a_release_keeps_the_line_ends_of_a_document"),
    **_documents(55, 59),
    "B060": (ON_DISK,),
    **_documents(61, 62),
    **{f"B{number:03}": (ON_DISK,) for number in range(63, 68)},
    "B068": (BAD + "a_file_that_may_not_be_read_makes_the_exit_code_4",),
    "B069": (ON_DISK, BAD + "a_document_marked_as_a_program_is_not_released"),
    "B070": (BAD + "a_file_deleted_while_qm_runs_makes_the_exit_code_4",),
    "B071": (BAD + "a_file_changed_while_qm_runs_is_read_once",),
    "B072": (ON_DISK,),
    "B073": (ON_DISK,),
    "B074": (DOCUMENT,),
    "B075": (DOCUMENT, ON_DISK),
    **_documents(76, 85),
    "B086": (BAD + "a_released_document_that_links_to_one_not_in_force_is_told_so",),
    "B087": (BAD + "references_in_a_circle_are_no_fault_and_end",),
    "B088": (DOCUMENT, LINKS + "no_target_leads_out_of_the_repository"),
    **_states(89, 90),
    "B091": (
        STATE,
        "tests/cli/test_receive.py::test_a_release_comes_in_with_its_tag_and_not_without",
    ),
    "B092": (STATE, BAD + "a_bare_repository_inside_the_tree_is_refused"),
    "B093": (
        STATE,
        STATES + "every_command_that_decides_says_the_same_of_an_odd_repository",
        MESSY + "a_shallow_clone_in_ci_is_checked_and_verify_says_what_to_add",
    ),
    **_states(94, 95),
    "B096": (STATE, ON_DISK),
    "B097": (
        STATES + "a_linked_work_tree_works_and_shares_the_lock",
        BAD + "a_linked_worktree_works_like_the_first",
    ),
    "B098": (STATE, STATES + "every_command_that_decides_says_the_same_of_an_odd_repository"),
    "B099": (
        STATE,
        BAD + "a_state_of_the_repository_in_which_nothing_is_released_names_the_way_out",
    ),
    "B100": (STATE, BAD + "an_unmerged_document_is_named_and_not_released"),
    **_states(101, 106),
    "B107": (
        STATES + "a_damaged_journal_is_kept_aside_with_the_refs_and_nothing_is_guessed",
        FORGED + "a_journal_that_is_no_file_of_ours_is_not_read",
    ),
    **_states(108, 111),
    "B112": (
        STATES + "a_reader_that_goes_away_ends_qm_quietly",
        BAD + "a_reader_that_goes_away_ends_the_run_quietly",
    ),
    "B113": (
        STATES + "a_console_without_unicode_gets_replaced_characters",
        BAD + "a_terminal_that_lacks_characters_shows_others_instead",
    ),
    **_states(114, 116),
    "B117": (
        BAD + "settings_kinds_and_referentials_that_are_invalid_are_named_with_their_key",
        HOSTILE + "a_kind_brings_no_schema_and_no_pattern_of_its_own",
    ),
    "B118": (BAD + "a_template_that_cannot_be_filled_is_named_and_writes_nothing", TEMPLATE),
}

SECURITY: dict[str, tuple[str, ...]] = {
    "S01": (READING, HOSTILE + "a_push_is_judged_without_a_program_of_the_server_s_folder"),
    "S02": (READING,),
    "S03": (
        READING,
        REMOTES + "an_address_that_runs_a_program_runs_none",
        REMOTES + "programs_of_the_configuration_are_not_run",
    ),
    "S04": (READING, SIGNED + "the_programs_and_files_of_the_configuration_decide_nothing"),
    "S05": (SIGNED + "the_programs_and_files_of_the_configuration_decide_nothing",),
    "S06": (READING,),
    "S07": (
        READING,
        "tests/repository/test_snapshot.py::test_inherited_git_variables_have_no_effect",
        "tests/cli/test_history.py::test_the_environment_of_git_has_no_effect_and_stays_as_it_was",
    ),
    "S08": (STATE, BAD + "a_bare_repository_inside_the_tree_is_refused"),
    "S09": (HOSTILE + "a_name_that_looks_like_an_option_is_a_name",),
    "S10": (HOSTILE + "a_branch_with_the_name_of_a_release_tag_is_not_taken_for_it",),
    "S11": (
        HISTORY + "a_replaced_commit_hides_nothing",
        HISTORY + "grafts_make_any_verdict_impossible",
        SOUND + "replaced_objects_are_ignored_and_told",
        SOUND + "borrowed_objects_are_told",
    ),
    "S12": (READING, SIGNED + "the_programs_and_files_of_the_configuration_decide_nothing"),
    "S13": (HOSTILE + "the_program_qm_imports_no_module_of_the_repository",),
    "S14": (TEMPLATE, COMMANDS + "a_template_cannot_run_code"),
    "S15": (TEMPLATE,),
    "S16": (TEMPLATE,),
    "S17": (TEMPLATE,),
    "S18": (HOSTILE + "a_template_of_a_change_is_not_rendered_by_its_check",),
    "S19": (GAP + "html_shows_a_hostile_title_as_text",),
    "S20": (LINKS + "any_other_target_is_refused", CASES),
    "S21": (
        GAP + "html_refers_to_nothing_outside_itself_and_runs_nothing",
        SHOW + "nothing_of_a_document_reaches_the_terminal_unescaped",
    ),
    "S22": (GAP + "html_ids_are_prefixed_and_every_inner_link_finds_its_own",),
    "S23": (GAP + "json_keeps_hostile_titles_and_undecodable_paths_readable",),
    "S24": (CASES, GAP + "html_refers_to_nothing_outside_itself_and_runs_nothing"),
    "S25": (
        EXPORT + "a_workbook_holds_nothing_but_text",
        EXPORT + "no_cell_of_the_csv_is_run_as_a_formula",
        "tests/cli/test_list.py::test_a_workbook_is_all_text_and_the_same_twice",
    ),
    "S26": (HOSTILE + "an_id_never_leads_to_another_folder",),
    "S27": (
        COMMANDS + "an_output_is_never_written_through_a_link_or_into_git",
        FORGED + "a_link_swapped_in_for_an_output_is_replaced_and_never_followed",
    ),
    "S28": (HOSTILE + "an_output_replaces_no_folder_no_document_and_nothing_of_git",),
    "S29": (
        HOSTILE + "a_kind_brings_no_schema_and_no_pattern_of_its_own",
        HOSTILE + "settings_and_schemas_named_in_files_are_not_fetched",
    ),
    "S30": (
        HOSTILE + "a_kind_brings_no_schema_and_no_pattern_of_its_own",
        ANY_TREE + "a_hostile_body_is_read_or_refused_without_hanging",
    ),
    "S31": (COMMAND, CURSOR, COMMANDS + "control_characters_of_a_title_are_shown_and_not_obeyed"),
    "S32": (CURSOR, COMMANDS + "control_characters_of_a_title_are_shown_and_not_obeyed"),
    "S33": (COMMAND, FORMATS + "a_file_name_is_no_command"),
    "S34": (COMMAND, CURSOR),
    "S35": (
        FORMATS + "what_programs_read_stays_readable",
        FORMATS + "sarif_is_valid_by_the_schema_of_oasis",
        FORMATS + "junit_is_valid_by_the_schemas_of_ant_and_of_jenkins",
    ),
    "S36": (CURSOR, DOCUMENT),
}

LATER: dict[str, str] = {
    "S18": "the templates of reports that a centre may change: qm publish (issue 6)",
    "S19": "titles in the pages, the feed and the search of a site: qm publish (issue 6)",
    "S20": "links of documents drawn as HTML: qm publish (issue 6); until now QM305 refuses them",
    "S21": "raw HTML, SVG images and styles in a page: qm publish (issue 6)",
    "S22": "ids of headings in a page: qm publish (issue 6)",
    "S23": "the search index of a site: qm publish (issue 6)",
    "S24": "images, fonts and PDF of a site or a dossier: qm publish, qm dossier (issue 6)",
    "S27": "links in an output folder: qm publish (issue 6); until now an output is one file",
    "S28": "output folders: qm publish (issue 6); until now an output is one file",
}
"""Of these rows only a part can be tried as yet; each says what is missing and when it comes."""
